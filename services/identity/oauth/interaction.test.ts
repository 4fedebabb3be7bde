import { expect, test } from 'vitest';
import { browser } from '../browser.fixture.ts';
import { ada, begin, PARTNER_PAGE, startOAuth } from '../oauth.fixture.ts';

async function signInPage() {
  const server = await startOAuth();
  await server.register();
  const user = browser();
  const { url } = await begin(await server.confidential('partner'));
  return { ...server, user, url, page: await user.open(url) };
}

const wrong = { email: ada.email, password: 'wrong', answer: 'sign-in' };

test('the page can be used without scripts and by ear, and nothing can be put around or into it', async () => {
  const { page } = await signInPage();
  for (const name of ['email', 'password']) {
    expect(page.html).toContain(`<label for="${name}">`);
    expect(page.html).toContain(`<input id="${name}" name="${name}"`);
  }
  expect(page.html).toContain('<html lang="en">');
  expect(page.html).not.toContain('<script');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain(`form-action 'self' ${new URL(PARTNER_PAGE).origin};`);
  expect(page.headers.get('cache-control')).toBe('no-store');
});

test('a wrong password and an unknown account are told alike, and at once to who listens', async () => {
  const { user, page } = await signInPage();
  const ofWrong = await user.open(page.url, wrong);
  const ofUnknown = await user.open(page.url, { ...wrong, email: 'eve@example.org' });
  expect(ofWrong.status).toBe(400);
  expect(ofWrong.html).toContain('<p id="problem" role="alert">Address or password is wrong.</p>');
  expect(ofWrong.html).toContain('aria-invalid="true" aria-describedby="problem"');
  expect(ofUnknown.html.replace('eve@', 'ada@')).toBe(ofWrong.html);
});

test('shows what was written as text', async () => {
  const { user, page } = await signInPage();
  const shown = await user.open(page.url, { ...wrong, email: '"><script>alert(1)</script>' });
  expect(shown.html).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  expect(shown.html).not.toContain('<script');
});

test('tries here and by Login count together', async () => {
  const { user, page, call } = await signInPage();
  for (let tries = 0; tries < 5; tries++) {
    expect((await user.open(page.url, wrong)).status).toBe(400);
    expect((await call('Login', { email: ada.email, password: 'wrong' })).status).toBe(401);
  }
  const blocked = await user.open(page.url, { ...wrong, password: ada.password });
  expect(blocked.status).toBe(429);
  expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(blocked.html).toContain('Too many attempts');
});

test('a form from another site, or from a browser that was not asked, is refused', async () => {
  const { user, page } = await signInPage();
  const right = { ...ada, answer: 'sign-in' };
  expect((await user.open(page.url, right, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await user.open(page.url, right, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await browser().open(page.url, right)).status).toBe(400);
  expect((await user.open(page.url, { ...right, password: 'a'.repeat(20_000) })).status).toBe(413);
});

test('the cookies are for the server only, and only for where they are needed', async () => {
  const { user, page } = await signInPage();
  await user.open(page.url, { ...ada, answer: 'sign-in' });
  expect(user.cookies.length).toBeGreaterThan(2);
  for (const { attributes, path } of user.cookies) {
    expect(attributes.toLowerCase()).toContain('httponly');
    expect(attributes.toLowerCase()).toContain('samesite=lax');
    expect(path).toMatch(/^\/oauth2/);
  }
});

test('no id that opens anything is in the tables', async () => {
  const { user, page, db } = await signInPage();
  await user.open(page.url, { ...ada, answer: 'sign-in' });
  const rows = await db.sql`select kind, payload, uid, grant_id from oauth_state`;
  const text = JSON.stringify(rows);
  expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Interaction', 'Session']));
  for (const { name, value } of user.cookies) expect(text.includes(value), name).toBe(false);
});
