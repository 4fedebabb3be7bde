import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { createTokenVerifier, InvalidToken } from './tokens.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function keyPair(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}
type Key = Awaited<ReturnType<typeof keyPair>>;

const ISSUER = 'https://api.example.org';

function sign(key: Key, claims: JWTPayload, lifetimeSeconds = 900, typ = 'at+jwt'): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: ISSUER, aud: 'tradewind', iat: now, exp: now + lifetimeSeconds, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ })
    .sign(key.privateKey);
}

/** A real server of keys, that counts how often it is asked. */
async function keyServer(...keys: Key[]) {
  const state = { asked: 0, issuer: ISSUER, jwksUrl: '' };
  const server = createServer((_, response) => {
    state.asked++;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: keys.map((key) => key.publicJwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  state.jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return state;
}

test('a token of identity names the user, its roles and its session', async () => {
  const key = await keyPair('k1');
  const verifier = createTokenVerifier({ identity: await keyServer(key) });
  const token = await sign(key, { sub: 'u1', roles: ['SHOPPER'], sid: 's1', scope: 'openid orders:read' });
  expect(await verifier.user(token)).toEqual({
    id: 'u1',
    roles: ['SHOPPER'],
    sessionId: 's1',
    scopes: ['openid', 'orders:read'],
  });
});

test('keys are fetched once for many tokens', async () => {
  const key = await keyPair('k1');
  const keys = await keyServer(key);
  const verifier = createTokenVerifier({ identity: keys });
  for (const sub of ['u1', 'u2', 'u1']) await verifier.user(await sign(key, { sub }));
  expect(keys.asked).toBe(1);
});

test('keys fetched beforehand are not fetched by the first call; keys that cannot be had are told', async () => {
  const key = await keyPair('k1');
  const keys = await keyServer(key);
  const verifier = createTokenVerifier({ identity: keys });
  await verifier.fetchKeys();
  expect(keys.asked).toBe(1);
  await verifier.user(await sign(key, { sub: 'u1' }));
  expect(keys.asked).toBe(1);
  await expect(
    createTokenVerifier({ identity: { issuer: ISSUER, jwksUrl: 'http://127.0.0.1:9/' } }).fetchKeys(),
  ).rejects.toThrow();
  await createTokenVerifier({}).fetchKeys();
});

test('refuses forged, foreign, expired and malformed tokens, and a flood of unknown keys does not reach identity', async () => {
  const [key, forger] = [await keyPair('k1'), await keyPair('k2')];
  const keys = await keyServer(key);
  const verifier = createTokenVerifier({ identity: keys });
  const bad = [
    await sign({ ...forger, kid: 'k1' }, { sub: 'u1' }),
    await sign(forger, { sub: 'u1' }),
    await sign(forger, { sub: 'u2' }),
    await sign(key, { sub: 'u1', aud: 'elsewhere' }),
    await sign(key, { sub: 'u1', iss: 'https://elsewhere.example.org' }),
    await sign(key, { sub: 'u1', iss: 'tradewind-mesh' }),
    await sign(key, { sub: 'u1' }, 900, 'JWT'),
    await sign(key, { sub: 'service:orders' }),
    await sign(key, { sub: 'client:partner' }),
    await sign(key, { sub: 'u1' }, -60),
    await sign(key, {}),
    'nonsense',
  ];
  for (const token of bad) await expect(verifier.user(token)).rejects.toBeInstanceOf(InvalidToken);
  expect(keys.asked).toBe(1);
});

test('clocks may differ by thirty seconds, and not by more', async () => {
  const key = await keyPair('k1');
  const verifier = createTokenVerifier({ identity: await keyServer(key) });
  expect((await verifier.user(await sign(key, { sub: 'u1' }, -20))).id).toBe('u1');
  await expect(verifier.user(await sign(key, { sub: 'u1' }, -35))).rejects.toBeInstanceOf(InvalidToken);
});

test('when the keys cannot be had, the token is not called invalid', async () => {
  const key = await keyPair('k1');
  const verifier = createTokenVerifier({ identity: { issuer: ISSUER, jwksUrl: 'http://127.0.0.1:9/' } });
  const failure = await verifier.user(await sign(key, { sub: 'u1' })).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(failure).not.toBeInstanceOf(InvalidToken);
});

test('a service token is verified with the keys of the mesh and names the service', async () => {
  const key = await keyPair('m1');
  const verifier = createTokenVerifier({ meshJwks: JSON.stringify({ keys: [key.publicJwk] }) });
  expect(await verifier.service(await sign(key, { sub: 'service:orders', iss: 'tradewind-mesh' }))).toBe('orders');
  const bad = [
    await sign(key, { sub: 'service:orders', iss: 'elsewhere' }),
    await sign(key, { sub: 'orders', iss: 'tradewind-mesh' }),
  ];
  for (const token of bad) await expect(verifier.service(token)).rejects.toBeInstanceOf(InvalidToken);
});

test('a service token that identity issued is as good, and each issuer is believed with its own keys only', async () => {
  const [meshKey, key] = [await keyPair('m1'), await keyPair('k1')];
  const meshJwks = JSON.stringify({ keys: [meshKey.publicJwk] });
  const verifier = createTokenVerifier({ identity: await keyServer(key), meshJwks });
  expect(await verifier.service(await sign(key, { sub: 'service:orders' }))).toBe('orders');
  expect(await verifier.service(await sign(meshKey, { sub: 'service:orders', iss: 'tradewind-mesh' }))).toBe('orders');
  const bad = [
    await sign(meshKey, { sub: 'service:orders' }),
    await sign(key, { sub: 'service:orders', iss: 'tradewind-mesh' }),
    await sign(key, { sub: 'service:orders' }, 900, 'JWT'),
    await sign(key, { sub: 'u1' }),
    await sign(key, { sub: 'client:orders' }),
    await sign(key, { sub: 'service:orders:more' }),
    await sign(key, { sub: 'service:' }),
  ];
  for (const token of bad) await expect(verifier.service(token)).rejects.toBeInstanceOf(InvalidToken);
});
