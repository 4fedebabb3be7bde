import * as oauth from 'openid-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { signIn, startOAuth } from '../oauth.fixture.ts';

const INVALID = { error: 'invalid_grant' };

test('a refresh token is spent for the next pair', async () => {
  const { shop, register, call } = await startOAuth();
  const id = await register();
  const client = await shop();
  const { tokens } = await signIn(client);
  const next = await oauth.refreshTokenGrant(client, tokens.refresh_token ?? '');
  expect(next.refresh_token).not.toBe(tokens.refresh_token);
  expect((await call('GetUser', { userId: id }, next.access_token)).status).toBe(200);
  const third = await oauth.refreshTokenGrant(client, next.refresh_token ?? '');
  expect(third.claims()?.sub).toBe(id);
});

test('a spent one that comes again ends the whole family, access tokens included', async () => {
  const { shop, register, confidential } = await startOAuth();
  await register();
  const client = await shop();
  const { tokens } = await signIn(client);
  const next = await oauth.refreshTokenGrant(client, tokens.refresh_token ?? '');
  await expect(oauth.refreshTokenGrant(client, tokens.refresh_token ?? '')).rejects.toMatchObject(INVALID);
  await expect(oauth.refreshTokenGrant(client, next.refresh_token ?? '')).rejects.toMatchObject(INVALID);
  const orders = await confidential('orders');
  for (const token of [tokens.access_token, next.access_token, next.refresh_token ?? ''])
    expect(await oauth.tokenIntrospection(orders, token)).toEqual({ active: false });
});

test('of many at once with one token at most one gets the next pair, and the family ends', async () => {
  const { shop, register } = await startOAuth();
  await register();
  const client = await shop();
  const { tokens } = await signIn(client);
  const all = [1, 2, 3, 4, 5].map(() => oauth.refreshTokenGrant(client, tokens.refresh_token ?? ''));
  const given = (await Promise.allSettled(all)).filter((each) => each.status === 'fulfilled');
  expect(given.length).toBeLessThanOrEqual(1);
  for (const { value } of given)
    await expect(oauth.refreshTokenGrant(client, value.refresh_token ?? '')).rejects.toMatchObject(INVALID);
});

test('the sign-in of another browser goes on', async () => {
  const { shop, register } = await startOAuth();
  await register();
  const client = await shop();
  const [one, other] = [await signIn(client), await signIn(client)];
  await oauth.tokenRevocation(client, one.tokens.refresh_token ?? '');
  await expect(oauth.refreshTokenGrant(client, one.tokens.refresh_token ?? '')).rejects.toMatchObject(INVALID);
  const next = await oauth.refreshTokenGrant(client, other.tokens.refresh_token ?? '');
  expect(next.access_token).toBeTypeOf('string');
});

test('a sign-in that lies idle ends', async () => {
  const { shop, register } = await startOAuth();
  await register();
  const client = await shop();
  const { tokens } = await signIn(client);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 86_400_000 });
  onTestFinished(() => void vi.useRealTimers());
  await expect(oauth.refreshTokenGrant(client, tokens.refresh_token ?? '')).rejects.toMatchObject(INVALID);
});

test('an account that was erased signs in nowhere any more', async () => {
  const { shop, register, call, db } = await startOAuth();
  const id = await register();
  const client = await shop();
  const { tokens } = await signIn(client);
  expect((await call('EraseMe', {}, tokens.access_token)).status).toBe(200);
  await expect(oauth.refreshTokenGrant(client, tokens.refresh_token ?? '')).rejects.toMatchObject(INVALID);
  expect(
    await db.sql`select kind from oauth_state where account_id = ${id} or payload::text like ${`%${id}%`}`,
  ).toEqual([]);
});
