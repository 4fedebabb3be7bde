import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { reasonOf } from '../domain-error.ts';
import { newId } from '../ids.ts';
import { publishRevocations, type RevocationPublisher } from '../revocation/publish-revocations.ts';
import { type Revocations, watchRevocations } from '../revocation/watch-revocations.ts';
import { eventually } from '../testing/eventually.ts';
import { startNats, type TestNats } from '../testing/nats.ts';
import { quietLog as log } from '../testing/quiet-log.ts';
import type { Call } from './call.ts';
import { createGrpcTransport } from './client.ts';
import { Health } from './health.ts';
import type { Route } from './implementation.ts';
import { authentication } from './interceptors/authentication.ts';
import { authorization } from './interceptors/authorization.ts';
import { type OpenStreams, openStreams } from './open-streams.ts';
import { createRpcServer } from './server.ts';
import { createTokenVerifier } from './tokens.ts';

const ISSUER = 'http://identity.test';

let nats: TestNats;
let publisher: RevocationPublisher;
let revocations: Revocations;
let streams: OpenStreams;
let sign: (claims: { sid: string; jti?: string }, lifetimeSeconds?: number) => Promise<string>;
let transports: Record<string, Transport>;
let opened = 0;
let closed = 0;
const stops: (() => unknown)[] = [];

/** Tells of the order as it is, and then of nothing, until its caller or the call is gone. */
async function* watchOrder({ orderId }: { orderId: string }, call: Call) {
  opened += 1;
  const gone = Promise.withResolvers<void>();
  call.signal.addEventListener('abort', () => gone.resolve());
  try {
    yield { order: { id: orderId } };
    await gone.promise;
  } finally {
    closed += 1;
  }
}

beforeAll(async () => {
  nats = await startNats();
  const pair = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(pair.publicKey)), kid: 'test', alg: 'ES256' };
  sign = (claims, lifetimeSeconds = 900) =>
    new SignJWT({ iss: ISSUER, sub: newId(), roles: ['SHOPPER'], scope: 'tradewind:all', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'at+jwt' })
      .setAudience('tradewind')
      .setExpirationTime(Math.floor(Date.now() / 1000) + lifetimeSeconds)
      .sign(pair.privateKey);
  const jwks = createServer((_, response) => response.end(JSON.stringify({ keys: [key] })));
  await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
  stops.push(() => jwks.close());

  publisher = publishRevocations({ url: nats.url, name: 'test', onReturn: () => {} });
  streams = openStreams((id) => revocations.has(id));
  revocations = watchRevocations({ url: nats.url, service: 'test', log, ended: (id) => streams.end(id) });
  await revocations.known();
  const verifier = createTokenVerifier({
    identity: { issuer: ISSUER, jwksUrl: `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/` },
    isRevoked: revocations.has,
  });
  const absent = async () => ({});
  const impl = Object.fromEntries(OrdersService.methods.map(({ localName }) => [localName, absent]));
  const server = createRpcServer({
    routes: [{ service: OrdersService, impl: { ...impl, watchOrder } } as Route],
    errors: { domain: 'orders.tradewind', rules: {} },
    access: [authentication(verifier), streams.interceptor, authorization({ onBehalfOf: 'gateway' })],
    log,
    health: new Health([]),
    host: '127.0.0.1',
    grpcPort: 0,
    httpPort: 0,
  });
  const { grpcPort, httpPort } = await server.start();
  stops.push(() => server.drain(500));
  const baseUrl = `http://127.0.0.1:${httpPort}`;
  const grpc = createGrpcTransport({ target: `127.0.0.1:${grpcPort}` });
  stops.push(() => grpc.close());
  transports = {
    gRPC: grpc,
    Connect: createConnectTransport({ baseUrl, httpVersion: '1.1' }),
    'gRPC-Web': createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
  };
});

afterAll(async () => {
  await revocations.stop();
  await publisher.stop();
  for (const stop of stops.reverse()) await stop();
  await nats.stop();
});

/** Opens a stream with a token, up to its first message. Gives what it ends with. */
async function watch(token: string, protocol = 'gRPC') {
  const transport = transports[protocol];
  if (!transport) throw new Error(`no such protocol: ${protocol}`);
  const leaving = new AbortController();
  const answers = createClient(OrdersService, transport)
    .watchOrder(
      { orderId: newId() },
      { headers: { authorization: `Bearer ${token}` }, signal: leaving.signal, timeoutMs: 60_000 },
    )
    [Symbol.asyncIterator]();
  expect((await answers.next()).value?.order?.id).toBeTruthy();
  let isOpen = true;
  const end = answers
    .next()
    .then(() => expect.unreachable(), ConnectError.from)
    .finally(() => {
      isOpen = false;
    });
  return { end, leave: () => leaving.abort(), isOpen: () => isOpen };
}

test.each(['gRPC', 'Connect', 'gRPC-Web'])(
  'a stream over %s ends within two seconds of its session, and nobody else’s does',
  async (protocol) => {
    const sid = newId();
    const [mine, other] = [await watch(await sign({ sid }), protocol), await watch(await sign({ sid: newId() }))];
    const endedAt = performance.now();
    await publisher.publish(sid);
    const error = await mine.end;
    expect(performance.now() - endedAt).toBeLessThan(2_000);
    expect(error.code).toBe(Code.Unauthenticated);
    expect(reasonOf(error)).toMatchObject({ reason: 'TOKEN_REVOKED', metadata: { credential: 'user' } });
    expect(other.isOpen()).toBe(true);
    other.leave();
    await other.end;
    await eventually(() => expect(closed).toBe(opened));
  },
);

test('a stream ends with the single token it was opened with; one of the same session goes on', async () => {
  const [sid, jti] = [newId(), newId()];
  const [mine, other] = [await watch(await sign({ sid, jti })), await watch(await sign({ sid, jti: newId() }))];
  await publisher.publish(jti);
  expect(reasonOf(await mine.end)?.reason).toBe('TOKEN_REVOKED');
  expect(other.isOpen()).toBe(true);
  await publisher.publish(sid);
  expect(reasonOf(await other.end)?.reason).toBe('TOKEN_REVOKED');
});

test('a stream outlives its token by the thirty seconds that clocks may differ, and no more', async () => {
  const later = await watch(await sign({ sid: newId() }, -26));
  const sooner = await watch(await sign({ sid: newId() }, -28));
  const error = await sooner.end;
  expect(error.code).toBe(Code.Unauthenticated);
  expect(reasonOf(error)?.reason).toBe('UNAUTHENTICATED');
  expect(error.rawMessage).toContain('the token expired: open the stream again with another');
  expect(later.isOpen()).toBe(true);
  expect(reasonOf(await later.end)?.reason).toBe('UNAUTHENTICATED');
});

test('what is revoked while the broker is away ends its streams when it is back', async () => {
  const sid = newId();
  const mine = await watch(await sign({ sid }));
  await nats.kill();
  expect(mine.isOpen()).toBe(true);
  await nats.revive();
  await eventually(() => publisher.publish(sid));
  expect(reasonOf(await mine.end)?.reason).toBe('TOKEN_REVOKED');
});
