import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { exportJWK, generateKeyPair } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#chassis/clock.ts';
import { loadConfig } from '#chassis/config.ts';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { freePort } from '#chassis/local/free-port.ts';
import { type Revocations, watchRevocations } from '#chassis/revocation/watch-revocations.ts';
import { Health } from '#chassis/rpc/health.ts';
import { authentication } from '#chassis/rpc/interceptors/authentication.ts';
import { authorization } from '#chassis/rpc/interceptors/authorization.ts';
import { createRpcServer } from '#chassis/rpc/server.ts';
import { createTokenVerifier } from '#chassis/rpc/tokens.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { startNats } from '#chassis/testing/nats.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { quietLog } from '#chassis/testing/quiet-log.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { SessionsService } from '#gen/tradewind/identity/v1/sessions_service_pb.ts';
import { identityConfig } from './config.ts';
import { ada } from './identity.fixture.ts';
import { buildIdentity, identity } from './identity.ts';
import { postbox } from './postbox.fixture.ts';

/** Identity with its relay, and other services that learn of nothing but through the broker. */
async function startWorld() {
  const nats = await startNats();
  onTestFinished(() => nats.stop());
  const db = await testDatabase(identity.migrations ? [identity.migrations] : []);
  onTestFinished(() => db.drop());
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const config = loadConfig(identityConfig, {
    UPSTREAM_NOTIFICATIONS: '127.0.0.1:9',
    SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)),
    NATS_URL: nats.url,
    ISSUER: issuer,
  });

  async function serviceAt(httpPort: number) {
    const built = await buildIdentity({
      config,
      db: db.another(),
      log: quietLog,
      clock: systemClock,
      client: postbox().client,
    });
    const revocations: Revocations = watchRevocations({ url: nats.url, service: 'test', log: quietLog });
    await revocations.known();
    const verifier = createTokenVerifier({
      identity: { issuer, jwksUrl: `${issuer}/.well-known/jwks.json` },
      isRevoked: revocations.has,
    });
    const server = createRpcServer({
      routes: built.routes,
      errors: identity.errors ?? { domain: '', rules: {} },
      access: [authentication(verifier), authorization({ onBehalfOf: 'gateway' })],
      log: quietLog,
      health: new Health([]),
      host: '127.0.0.1',
      grpcPort: undefined,
      httpPort,
      ...(built.http && { pages: built.http }),
    });
    const ports = await server.start();
    const stop = async () => {
      await server.drain(200);
      await revocations.stop();
    };
    onTestFinished(stop);
    return { built, stop, url: `http://127.0.0.1:${ports.httpPort}` };
  }

  const home = await serviceAt(port);
  for (const background of home.built.background ?? []) {
    const running = await background.start();
    onTestFinished(async () => void (await running.stop()));
  }
  const client = <S extends typeof IdentityService | typeof SessionsService>(service: S, url: string, token?: string) =>
    createClient(
      service,
      createConnectTransport({
        baseUrl: url,
        httpVersion: '1.1',
        interceptors: [
          (next) => (request) => {
            if (token) request.header.set('authorization', `Bearer ${token}`);
            return next(request);
          },
        ],
      }),
    );
  const anyone = client(IdentityService, home.url);
  const { user } = await anyone.register({ requestId: newId(), ...ada });
  const signIn = async () => {
    const { tokens } = await anyone.login(ada);
    return { access: tokens?.accessToken ?? '', refresh: tokens?.refreshToken ?? '' };
  };
  const ask = (url: string, token: string) =>
    client(IdentityService, url, token)
      .getUser({ userId: user?.id ?? '' })
      .then(
        () => 'answered',
        (error: unknown) => `${reasonOf(error)?.code} ${reasonOf(error)?.reason}`,
      );
  return { nats, db, home, anyone, client, signIn, ask, another: () => serviceAt(0) };
}

const REFUSED = '16 TOKEN_REVOKED';

test('a session that ends is refused everywhere within two seconds, and still after a service is started again', async () => {
  const { another, anyone, ask, signIn } = await startWorld();
  const [one, two] = await Promise.all([another(), another()]);
  const [{ access, refresh }, bystander] = [await signIn(), await signIn()];
  for (const { url } of [one, two]) expect(await ask(url, access)).toBe('answered');

  const endedAt = performance.now();
  await anyone.logout({ refreshToken: refresh });
  await eventually(async () => {
    for (const { url } of [one, two]) expect(await ask(url, access)).toBe(REFUSED);
  });
  expect(performance.now() - endedAt).toBeLessThan(2_000);
  expect(await ask(one.url, bystander.access)).toBe('answered');

  await two.stop();
  expect(await ask((await another()).url, access)).toBe(REFUSED);
});

test('while the broker is away what was revoked stays so, and what is revoked meanwhile is told when it is back', async () => {
  const { nats, another, anyone, ask, signIn } = await startWorld();
  const { url } = await another();
  const [before, meanwhile] = [await signIn(), await signIn()];
  await anyone.logout({ refreshToken: before.refresh });
  await eventually(async () => expect(await ask(url, before.access)).toBe(REFUSED));
  await nats.kill();
  await anyone.logout({ refreshToken: meanwhile.refresh });
  expect(await ask(url, before.access)).toBe(REFUSED);
  expect(await ask(url, meanwhile.access)).toBe('answered');
  await nats.revive();
  await eventually(async () => expect(await ask(url, meanwhile.access)).toBe(REFUSED));
});

test('a user sees where they are signed in and ends it, one by one or all others at once', async () => {
  const { client, home, ask, signIn } = await startWorld();
  const [mine, lost, other] = [await signIn(), await signIn(), await signIn()];
  const sessions = client(SessionsService, home.url, mine.access);
  const listed = (await sessions.listSessions({})).sessions;
  expect(listed.map(({ current }) => current).toSorted()).toEqual([false, false, true]);

  const lostId = JSON.parse(Buffer.from(lost.access.split('.')[1] ?? '', 'base64url').toString()).sid;
  await sessions.revokeSession({ sessionId: lostId });
  await eventually(async () => expect(await ask(home.url, lost.access)).toBe(REFUSED));
  expect(await ask(home.url, other.access)).toBe('answered');
  expect(await sessions.revokeOtherSessions({})).toMatchObject({ revoked: 1 });
  await eventually(async () => expect(await ask(home.url, other.access)).toBe(REFUSED));
  expect(await ask(home.url, mine.access)).toBe('answered');
  const again = await sessions.revokeSession({ sessionId: lostId }).catch((error: unknown) => reasonOf(error)?.reason);
  expect(again).toBe('SESSION_NOT_FOUND');
});

test('a refresh token that comes twice ends its session everywhere, and so does erasure', async () => {
  const { client, another, anyone, ask, home, signIn } = await startWorld();
  const { url } = await another();
  const [copied, erased] = [await signIn(), await signIn()];
  await anyone.refreshToken({ refreshToken: copied.refresh });
  await anyone.refreshToken({ refreshToken: copied.refresh }).catch(() => undefined);
  await eventually(async () => expect(await ask(url, copied.access)).toBe(REFUSED));
  await client(IdentityService, home.url, erased.access).eraseMe({});
  await eventually(async () => expect(await ask(url, erased.access)).toBe(REFUSED));
});
