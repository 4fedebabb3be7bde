import * as oauth from 'openid-client';
import { expect, test } from 'vitest';
import { browser } from '../browser.fixture.ts';
import { ada, begin, newKey, signIn, startOAuth } from '../oauth.fixture.ts';

test('what one replica gave out another takes', async () => {
  const { shop, register, replica, key, call } = await startOAuth();
  const id = await register();
  const second = await replica(key, []);
  const [here, there] = [await shop(), await shop(second.url)];
  const { url, redeem } = await begin(here);
  const back = await browser().signIn(url, ada);
  const tokens = await redeem(back, undefined, there);
  const next = await oauth.refreshTokenGrant(here, tokens.refresh_token ?? '');
  await oauth.refreshTokenGrant(there, next.refresh_token ?? '');
  expect((await call('GetUser', { userId: id }, tokens.access_token)).status).toBe(200);
});

test('the signing key changes while tokens live, and nobody notices', async () => {
  const { shop, register, first, replica, key, port, call, confidential } = await startOAuth();
  const id = await register();
  const client = await shop();
  const { tokens, user } = await signIn(client);

  const coming = await newKey();
  await first.stop();
  await replica(coming, [{ ...key, d: undefined } as typeof key], port);

  expect((await call('GetUser', { userId: id }, tokens.access_token)).status).toBe(200);
  expect(await oauth.tokenIntrospection(await confidential('orders'), tokens.access_token)).toMatchObject({
    active: true,
  });
  const next = await oauth.refreshTokenGrant(await shop(), tokens.refresh_token ?? '');
  expect((await call('GetUser', { userId: id }, next.access_token)).status).toBe(200);
  const page = await user.open(oauth.buildEndSessionUrl(client, { id_token_hint: tokens.id_token ?? '' }));
  expect(page).toMatchObject({ status: 200, html: expect.stringContaining('Sign out?') });
});

test('a client of the configuration gets its new particulars, and others stay', async () => {
  const { db, replica, key } = await startOAuth();
  await db.sql`update oauth_client set name = 'Old name' where id = 'partner'`;
  await db.sql`
    insert into oauth_client (id, kind, name, redirect_uris, post_logout_redirect_uris, scopes, trusted, create_time)
    values ('made-elsewhere', 'PUBLIC', 'Other', '{}', '{}', '{}', false, now())`;
  await replica(key, []);
  const names = await db.sql`select name from oauth_client where id in ('partner', 'made-elsewhere') order by id`;
  expect(names.map(({ name }) => name)).toEqual(['Other', 'Parcel <Partner>']);
});
