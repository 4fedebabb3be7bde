import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { firstPartyGrant } from '../app/first-party.ts';
import { newUser } from '../domain/user.ts';
import { loadSigningKeys } from './signing-keys.ts';
import { createTokenIssuer } from './token-issuer.ts';

const ISSUER = 'https://api.example.org';

const ada = newUser({
  id: '01900000-0000-7000-8000-000000000001',
  email: 'ada@example.org',
  displayName: 'Ada',
  roles: ['SHOPPER', 'OPERATOR'],
  createTime: new Date(),
});

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return exportJWK(privateKey);
}

test('a token says who, what they may do, in which session, for whom and for how long', async () => {
  const keys = await loadSigningKeys(await newKey(), []);
  const { token, expireTime } = await createTokenIssuer(keys, ISSUER).issue(
    firstPartyGrant(ada, 'session-1'),
    new Date(),
  );
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys: [...keys.published.keys] }));
  expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'at+jwt', kid: keys.current.kid });
  expect(payload).toMatchObject({
    sub: ada.id,
    roles: ['SHOPPER', 'OPERATOR'],
    sid: 'session-1',
    iss: ISSUER,
    client_id: 'tradewind',
    scope: 'tradewind:all',
    jti: expect.any(String),
    aud: 'tradewind',
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(15 * 60);
  expect(Math.floor(expireTime.getTime() / 1000)).toBe(payload.exp);
});

test('tokens of the previous key hold after the key was changed', async () => {
  const [old, next] = [await newKey(), await newKey()];
  const before = await createTokenIssuer(await loadSigningKeys(old, [next]), ISSUER).issue(
    firstPartyGrant(ada, 's'),
    new Date(),
  );
  const { published } = await loadSigningKeys(next, [old]);
  await expect(jwtVerify(before.token, createLocalJWKSet({ keys: [...published.keys] }))).resolves.toBeDefined();
});

test('publishes no private part of any key', async () => {
  const { published } = await loadSigningKeys(await newKey(), [await newKey()]);
  expect(published.keys).toHaveLength(2);
  expect(JSON.stringify(published)).not.toContain('"d"');
});

test('a key keeps the id it was given', async () => {
  const keys = await loadSigningKeys({ ...(await newKey()), kid: '2026-01' }, []);
  expect(keys.current.kid).toBe('2026-01');
});
