import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import * as oauth from 'openid-client';
import { onTestFinished } from 'vitest';
import { systemClock } from '#chassis/clock.ts';
import { loadConfig } from '#chassis/config.ts';
import { newId } from '#chassis/ids.ts';
import { freePort } from '#chassis/local/free-port.ts';
import { Health } from '#chassis/rpc/health.ts';
import { authentication } from '#chassis/rpc/interceptors/authentication.ts';
import { authorization } from '#chassis/rpc/interceptors/authorization.ts';
import { createRpcServer } from '#chassis/rpc/server.ts';
import { createTokenVerifier } from '#chassis/rpc/tokens.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { quietLog } from '#chassis/testing/quiet-log.ts';
import { browser } from './browser.fixture.ts';
import { identityConfig } from './config.ts';
import { buildIdentity, identity } from './identity.ts';
import { postbox } from './postbox.fixture.ts';

export const ada = { email: 'ada@example.org', password: 'correct horse', displayName: 'Ada' };
export const PARTNER_PAGE = 'https://partner.example/back';

const secrets = { partner: 'p'.repeat(40), orders: 'o'.repeat(40), watcher: 'w'.repeat(40) };
const clientsOf = (issuer: string) => [
  {
    id: 'shop',
    kind: 'PUBLIC',
    name: 'A shop of ours',
    redirectUris: [`${issuer}/signed-in`],
    postLogoutRedirectUris: [`${issuer}/`],
    scopes: ['openid', 'profile', 'email', 'offline_access', 'tradewind:all'],
    trusted: true,
  },
  {
    id: 'partner',
    kind: 'CONFIDENTIAL',
    name: 'Parcel <Partner>',
    secret: secrets.partner,
    redirectUris: [PARTNER_PAGE],
    scopes: ['openid', 'email', 'orders:read'],
  },
  { id: 'orders', kind: 'SERVICE', secret: secrets.orders },
  { id: 'watcher', kind: 'CONFIDENTIAL', secret: secrets.watcher },
];

export async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomBytes(4).toString('hex') };
}

/** Identity with its authorization server at an address of its own, on a real database. With a broker it tells other services what has ended. Ends with the test. */
export async function startOAuth({ natsUrl }: { natsUrl?: string } = {}) {
  const db = await testDatabase(identity.migrations ? [identity.migrations] : []);
  onTestFinished(() => db.drop());
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;

  /** One more process of it; the first is at the issuer's address. */
  async function replica(key: JWK, previous: JWK[], httpPort = 0) {
    const config = loadConfig(identityConfig, {
      UPSTREAM_NOTIFICATIONS: '127.0.0.1:9',
      SIGNING_KEY: JSON.stringify(key),
      SIGNING_KEYS_PREVIOUS: JSON.stringify(previous),
      ISSUER: issuer,
      OAUTH_CLIENTS: JSON.stringify(clientsOf(issuer)),
      ...(natsUrl && { NATS_URL: natsUrl }),
    });
    const built = await buildIdentity({
      config,
      db: db.another(),
      log: quietLog,
      clock: systemClock,
      client: postbox().client,
    });
    const server = createRpcServer({
      routes: built.routes,
      errors: identity.errors ?? { domain: '', rules: {} },
      access: [
        authentication(createTokenVerifier({ identity: { issuer, jwksUrl: `${issuer}/.well-known/jwks.json` } })),
        authorization({ onBehalfOf: 'gateway' }),
      ],
      log: quietLog,
      health: new Health([]),
      host: '127.0.0.1',
      grpcPort: undefined,
      httpPort,
      ...(built.http && { pages: built.http }),
    });
    const ports = await server.start();
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= server.drain(200));
    onTestFinished(stop);
    for (const { start } of (built.background ?? []).filter(({ name }) => name === 'revocation relay')) {
      const relay = await start();
      onTestFinished(async () => void (await relay.stop()));
    }
    return { url: `http://127.0.0.1:${ports.httpPort}`, stop };
  }

  const key = await newKey();
  const first = await replica(key, [], port);

  /** Calls an RPC as the gateway lets outsiders. */
  async function call(rpc: string, body: object, token?: string) {
    const response = await fetch(`${issuer}/tradewind.identity.v1.IdentityService/${rpc}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as { user: { id: string } } };
  }

  async function clientOf(id: string, auth: oauth.ClientAuth, at = issuer): Promise<oauth.Configuration> {
    const toReplica: oauth.CustomFetch = (url, options) => fetch(url.replace(issuer, at), options as RequestInit);
    const execute = [oauth.allowInsecureRequests];
    const settings = { execute, [oauth.customFetch]: toReplica };
    return oauth.discovery(new URL(issuer), id, undefined, auth, settings);
  }

  return {
    db,
    issuer,
    key,
    first,
    port,
    replica,
    call,
    register: async () => (await call('Register', { requestId: newId(), ...ada })).body.user.id,
    shop: (at?: string) => clientOf('shop', oauth.None(), at),
    confidential: (id: keyof typeof secrets, secret = secrets[id]) => clientOf(id, oauth.ClientSecretBasic(secret)),
  };
}

/** Begins a sign-in: gives the address that the client sends its user to, and what it keeps for itself. */
export async function begin(client: oauth.Configuration, more: Record<string, string> = {}) {
  const verifier = oauth.randomPKCECodeVerifier();
  const { client_id: id } = client.clientMetadata();
  const { issuer } = client.serverMetadata();
  const url = oauth.buildAuthorizationUrl(client, {
    redirect_uri: id === 'shop' ? `${issuer}/signed-in` : PARTNER_PAGE,
    scope: id === 'shop' ? 'openid email tradewind:all' : 'openid email orders:read',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: 's1',
    ...more,
  });
  const redeem = (back: URL, pkceCodeVerifier = verifier, by = client) =>
    oauth.authorizationCodeGrant(by, back, { pkceCodeVerifier, expectedState: 's1' });
  return { url, redeem };
}

/** Signs Ada in by the pages, as a browser would, and gives the tokens. */
export async function signIn(client: oauth.Configuration, user = browser()) {
  const { url, redeem } = await begin(client);
  const back = await user.signIn(url, ada);
  return { back, redeem, tokens: await redeem(back), user };
}
