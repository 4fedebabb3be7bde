import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oauth from 'openid-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createTokenVerifier } from '#chassis/rpc/tokens.ts';
import { ada, signIn, startOAuth } from '../oauth.fixture.ts';

const verifierOf = (issuer: string) =>
  createTokenVerifier({ identity: { issuer, jwksUrl: `${issuer}/.well-known/jwks.json` } });

test('a service gets a token that names it, and every service believes', async () => {
  const { confidential, issuer } = await startOAuth();
  const tokens = await oauth.clientCredentialsGrant(await confidential('orders'));
  expect(await verifierOf(issuer).service(tokens.access_token)).toBe('orders');
  expect(tokens.expires_in).toBe(900);
  expect(decodeJwt(tokens.access_token)).toMatchObject({
    sub: 'service:orders',
    aud: 'tradewind',
    client_id: 'orders',
  });
  expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
});

test('a client that is no service cannot pass for one, nor for a user', async () => {
  const { confidential, issuer, call } = await startOAuth();
  const { access_token: token } = await oauth.clientCredentialsGrant(await confidential('watcher'));
  await expect(verifierOf(issuer).service(token)).rejects.toThrow();
  expect((await call('ExportMyData', {}, token)).status).toBe(401);
});

test('a wrong secret gives nothing', async () => {
  const { confidential } = await startOAuth();
  const grant = oauth.clientCredentialsGrant(await confidential('orders', 'x'.repeat(40)));
  await expect(grant).rejects.toMatchObject({ status: 401 });
});

test('a service asks whether a token is good, whoever holds it; a partner only of its own', async () => {
  const { shop, confidential, register, issuer } = await startOAuth();
  const id = await register();
  const { tokens } = await signIn(await shop());
  const [orders, partner] = [await confidential('orders'), await confidential('partner')];
  const claims = decodeJwt(tokens.access_token);
  expect(await oauth.tokenIntrospection(orders, tokens.access_token)).toEqual({
    active: true,
    token_type: 'Bearer',
    ...claims,
    sub: id,
    iss: issuer,
    aud: 'tradewind',
    client_id: 'shop',
    roles: ['SHOPPER'],
  });
  expect(await oauth.tokenIntrospection(orders, tokens.refresh_token ?? '')).toMatchObject({ active: true, sub: id });
  expect(await oauth.tokenIntrospection(partner, tokens.access_token)).toEqual({ active: false });
  const own = (await oauth.clientCredentialsGrant(partner)).access_token;
  expect(await oauth.tokenIntrospection(partner, own)).toMatchObject({ active: true, sub: 'client:partner' });
});

test('nobody asks without a secret', async () => {
  const { shop, register } = await startOAuth();
  await register();
  const client = await shop();
  const { tokens } = await signIn(client);
  expect(await oauth.tokenIntrospection(client, tokens.access_token)).toEqual({ active: false });
});

test('a token of Login is as good as any, until its session ends', async () => {
  const { confidential, register, call } = await startOAuth();
  const id = await register();
  const login = (await call('Login', { email: ada.email, password: ada.password })) as {
    body: { tokens?: { accessToken: string; refreshToken: string } };
  };
  const { accessToken = '', refreshToken = '' } = login.body.tokens ?? {};
  const orders = await confidential('orders');
  const told = { active: true, sub: id, client_id: 'tradewind', scope: 'tradewind:all' };
  expect(await oauth.tokenIntrospection(orders, accessToken)).toMatchObject(told);
  await call('Logout', { refreshToken });
  expect(await oauth.tokenIntrospection(orders, accessToken)).toEqual({ active: false });
});

test('a token that was given up is good no more, and neither is what came with it', async () => {
  const { shop, confidential, register } = await startOAuth();
  await register();
  const client = await shop();
  const { tokens } = await signIn(client);
  await oauth.tokenRevocation(client, tokens.access_token, { token_type_hint: 'access_token' });
  const orders = await confidential('orders');
  expect(await oauth.tokenIntrospection(orders, tokens.access_token)).toEqual({ active: false });
  await expect(oauth.refreshTokenGrant(client, tokens.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('nobody gives up the token of another, and giving up one that never was is no error', async () => {
  const { shop, confidential, register } = await startOAuth();
  await register();
  const { tokens } = await signIn(await shop());
  const [orders, partner] = [await confidential('orders'), await confidential('partner')];
  await expect(oauth.tokenRevocation(partner, tokens.access_token)).rejects.toMatchObject({ error: 'invalid_request' });
  await oauth.tokenRevocation(partner, 'nonsense');
  expect(await oauth.tokenIntrospection(orders, tokens.access_token)).toMatchObject({ active: true });
});

test('what is expired, forged or only the id of a token is not good', async () => {
  const { shop, confidential, register, issuer } = await startOAuth();
  await register();
  const { tokens } = await signIn(await shop());
  const orders = await confidential('orders');
  const { jti = '' } = decodeJwt(tokens.access_token);
  const forged = `${tokens.access_token.slice(0, -10)}AAAAAAAAAA`;
  for (const bad of [jti, forged, tokens.id_token ?? ''])
    expect(await oauth.tokenIntrospection(orders, bad)).toEqual({ active: false });
  const asUser = await fetch(`${issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${jti}` } });
  expect(asUser.status).toBe(401);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 901_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(await oauth.tokenIntrospection(orders, tokens.access_token)).toEqual({ active: false });
});
