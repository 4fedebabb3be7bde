import * as oauth from 'openid-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { browser } from '../browser.fixture.ts';
import { ada, begin, PARTNER_PAGE, signIn, startOAuth } from '../oauth.fixture.ts';

/** What a refused request for tokens is told. */
const refusal = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    ({ error }: oauth.ResponseBodyError) => error,
  );

test('a client finds its way by discovery, signs a user in and calls an RPC for them', async () => {
  const { shop, register, call, issuer } = await startOAuth();
  const id = await register();
  const client = await shop();
  expect(client.serverMetadata()).toMatchObject({
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    code_challenge_methods_supported: ['S256'],
    response_types_supported: ['code'],
  });
  const { tokens } = await signIn(client);
  expect(tokens.claims()).toMatchObject({ sub: id, aud: 'shop', iss: issuer });
  expect(await call('GetUser', { userId: id }, tokens.access_token)).toMatchObject({
    status: 200,
    body: { user: { id } },
  });
  expect(await oauth.fetchUserInfo(client, tokens.access_token, id)).toEqual({ sub: id, email: ada.email });
});

test('a user is asked what a client that is not ours may do, and it may do no more', async () => {
  const { confidential, register, call } = await startOAuth();
  const id = await register();
  const client = await confidential('partner');
  const user = browser();
  const { url, redeem } = await begin(client);
  const signInPage = await user.open(url);
  const consentPage = await user.open(signInPage.url, { ...ada, answer: 'sign-in' });
  expect(consentPage.html).toContain('see your orders');
  expect(consentPage.html).toContain('Parcel &lt;Partner&gt;');
  const { left } = await user.open(consentPage.url, { answer: 'allow' });
  const tokens = await redeem(left ?? url);
  expect(tokens).toMatchObject({ scope: 'openid email orders:read', token_type: 'bearer' });
  expect((await call('GetUser', { userId: id }, tokens.access_token)).status).toBe(403);
});

test('whoever does not allow it goes back without a code', async () => {
  const { confidential, register } = await startOAuth();
  await register();
  const user = browser();
  const { url, redeem } = await begin(await confidential('partner'));
  const page = await user.open(url);
  const { left } = await user.open(page.url, { answer: 'cancel' });
  expect(left?.href).toContain(`${PARTNER_PAGE}?error=access_denied`);
  await expect(redeem(left ?? url)).rejects.toMatchObject({ error: 'access_denied' });
});

test('a browser that signed in stays signed in, and one that signed out does not', async () => {
  const { shop, register } = await startOAuth();
  await register();
  const client = await shop();
  const { user, tokens } = await signIn(client);
  const again = await begin(client);
  const { left } = await user.open(again.url);
  expect(left?.pathname).toBe('/signed-in');

  const out = oauth.buildEndSessionUrl(client, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: `${client.serverMetadata().issuer}/`,
  });
  const asked = await user.open(out);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.html)?.[1] ?? '';
  const ended = await user.open(new URL('/oauth2/end-session/confirm', out), { xsrf, logout: 'yes' });
  expect(ended.left?.pathname).toBe('/');
  expect((await user.open((await begin(client)).url)).html).toContain('Sign in');
  expect(await refusal(oauth.refreshTokenGrant(client, tokens.refresh_token ?? ''))).toBe('invalid_grant');
});

test('a code is worth nothing without the secret it was asked for with', async () => {
  const { shop, register } = await startOAuth();
  await register();
  const { url, redeem } = await begin(await shop());
  const back = await browser().signIn(url, ada);
  expect(await refusal(redeem(back, oauth.randomPKCECodeVerifier()))).toBe('invalid_grant');
});

test('a client that sends no challenge, or one in the clear, gets no code', async () => {
  const { shop } = await startOAuth();
  const { url } = await begin(await shop());
  for (const [name, value] of [
    ['code_challenge_method', 'plain'],
    ['code_challenge', ''],
  ] as const) {
    const bad = new URL(url);
    bad.searchParams.set(name, value);
    expect((await browser().open(bad)).left?.searchParams.get('error')).toBe('invalid_request');
  }
});

test('a code that comes twice ends what it gave', async () => {
  const { shop, register, confidential } = await startOAuth();
  await register();
  const client = await shop();
  const { back, redeem, tokens } = await signIn(client);
  expect(await refusal(redeem(back))).toBe('invalid_grant');
  expect(await refusal(oauth.refreshTokenGrant(client, tokens.refresh_token ?? ''))).toBe('invalid_grant');
  expect(await oauth.tokenIntrospection(await confidential('orders'), tokens.access_token)).toEqual({ active: false });
});

test('of many at once with one code at most one gets tokens, and they end', async () => {
  const { shop, register } = await startOAuth();
  await register();
  const client = await shop();
  const { url, redeem } = await begin(client);
  const back = await browser().signIn(url, ada);
  const answers = await Promise.allSettled([1, 2, 3, 4, 5].map(() => redeem(back)));
  const given = answers.filter((each) => each.status === 'fulfilled').map(({ value }) => value);
  expect(given.length).toBeLessThanOrEqual(1);
  for (const { refresh_token: token } of given)
    expect(await refusal(oauth.refreshTokenGrant(client, token ?? ''))).toBe('invalid_grant');
});

test('a code is good for one minute', async () => {
  const { shop, register } = await startOAuth();
  await register();
  const { url, redeem } = await begin(await shop());
  const back = await browser().signIn(url, ada);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(await refusal(redeem(back))).toBe('invalid_grant');
});

test('a code is for the client that asked for it', async () => {
  const { shop, confidential, register } = await startOAuth();
  await register();
  const { url, redeem } = await begin(await shop());
  const back = await browser().signIn(url, ada);
  expect(await refusal(redeem(back, undefined, await confidential('partner')))).toBe('invalid_grant');
});

test.each([
  ['a client nobody knows', { client_id: 'nobody' }],
  ['an address the client did not give', { redirect_uri: 'https://evil.example/back' }],
  ['an address that only begins like one of the client', { redirect_uri: `${PARTNER_PAGE}.evil.example` }],
])('%s is told on a page, and leads nowhere', async (_, more) => {
  const { confidential } = await startOAuth();
  const { url } = await begin(await confidential('partner'));
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
  const page = await browser().open(url);
  expect(page).toMatchObject({ left: undefined, status: 400 });
  expect(page.html).toContain('role="alert"');
});

test('a client is not given what it was not registered for', async () => {
  const { confidential } = await startOAuth();
  const { url } = await begin(await confidential('partner'), { scope: 'openid tradewind:all' });
  expect((await browser().open(url)).left?.searchParams.get('error')).toBe('invalid_scope');
});
