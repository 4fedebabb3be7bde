import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import type { Shop } from '../e2e/shop.fixture.ts';
import { barriersOf } from './axe.fixture.ts';
import { newVisitor, openBrowser } from './chromium.fixture.ts';
import { openConsole } from './console.fixture.ts';
import { linkMailedTo } from './mailbox.fixture.ts';
import { PASSWORD, signIn } from './shopper.fixture.ts';

const NEW_PASSWORD = 'incorrect mule capacitor';

describe('an account, in a browser', { timeout: 60_000 }, () => {
  let shop: Shop;
  let browser: Browser;
  beforeAll(async () => {
    [shop, browser] = await Promise.all([openConsole(), openBrowser()]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });
  const visitor = () => newVisitor(browser, shop.mesh.record.gatewayUrl);

  async function askForLink(page: Page, email: string): Promise<string> {
    await page.goto('/sign-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    // The page before it has a field of this name, too.
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor();
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Mail me a link' }).click();
    const said = await page.getByRole('status').filter({ hasText: email }).textContent();
    return said?.replace(email, 'X') ?? '';
  }

  /** Somebody new on their account's page. */
  async function atHome() {
    const { email } = await shop.shopper();
    const { page, context, complaints } = await visitor();
    await page.goto('/sign-in?back=%2Fprofile');
    await signIn(page, email);
    await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
    return { page, context, complaints, email };
  }

  /** Services hear of a session's end within two seconds. */
  async function signedOut(page: Page): Promise<void> {
    await eventually(async () => {
      await page.reload();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 1_000 });
    });
  }

  test('gets a new password by a mailed link, which is good once', async () => {
    const { email } = await shop.shopper();
    const { page, complaints } = await visitor();
    await askForLink(page, email);
    const link = await linkMailedTo(shop, email, 'Set a new password');
    await page.goto(link);
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Set it' }).click();
    expect(await page.evaluate('document.activeElement.validity.tooShort')).toBe(true);
    await page.getByRole('textbox', { name: 'New password' }).fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Set it' }).click();
    await page.getByText('Your new password is set. Sign in with it.').waitFor();
    await signIn(page, email, PASSWORD);
    await page.getByRole('alert').getByText('E-mail or password is wrong').waitFor();
    await signIn(page, email, NEW_PASSWORD);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();

    await page.goto('/');
    await page.goto(link);
    await page.getByRole('textbox', { name: 'New password' }).fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Set it' }).click();
    await page.getByRole('alert').getByText('This link is no longer good').waitFor();
    expect(await barriersOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'Ask for another link' }).click();
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('is told that a link is not whole, before a password is thought up for it', async () => {
    const { page } = await visitor();
    for (const path of ['/reset-password', '/reset-password#token=abc', '/confirm-email#token=']) {
      await page.goto('/');
      await page.goto(path);
      await page.getByRole('alert').getByText('This link is not whole').waitFor();
      expect(await page.getByRole('textbox', { name: 'New password' }).count()).toBe(0);
    }
  });

  test('is not betrayed by what is said to who asks for a link', async () => {
    const { email } = await shop.shopper();
    const { page } = await visitor();
    expect(await askForLink(page, `${newId()}@nobody.example`)).toBe(await askForLink(page, email));
  });

  test('gets another address once the link that was mailed there is followed', async () => {
    const { page, email, complaints } = await atHome();
    const newEmail = `${newId()}@moved.example`;
    await page.getByRole('button', { name: 'Change e-mail' }).click();
    await page.getByLabel('New e-mail').fill(newEmail);
    await page.getByRole('textbox', { name: 'Present password' }).fill('not the password');
    await page.getByRole('button', { name: 'Mail me a link' }).click();
    await page.getByText('This is not your password.').waitFor();
    await page.getByRole('textbox', { name: 'Present password' }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Mail me a link' }).click();
    await page.getByText(`on its way to ${newEmail}`).waitFor();
    expect(await page.getByLabel('E-mail').inputValue()).toBe(email);

    await page.goto(await linkMailedTo(shop, newEmail, 'Confirm your e-mail address'));
    await page.getByRole('button', { name: 'Confirm this address' }).click();
    await page.getByText('Your account has its new address.').waitFor();
    await page.goto('/profile');
    await eventually(async () => {
      await page.reload();
      expect(await page.getByLabel('E-mail').inputValue()).toBe(newEmail);
    });
    expect(complaints).toEqual([]);
  });

  test('gets a new password from who knows the present one, and stays signed in here only', async () => {
    const { page, email } = await atHome();
    const { page: elsewhere } = await visitor();
    await elsewhere.goto('/sign-in?back=%2Forders');
    await signIn(elsewhere, email);
    await elsewhere.getByRole('heading', { name: 'Your orders' }).waitFor();
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('textbox', { name: 'Present password' }).fill(PASSWORD);
    await page.getByRole('textbox', { name: 'New password' }).fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Set it' }).click();
    await page.getByText('You are signed out everywhere else.').waitFor();
    await signedOut(elsewhere);
    await page.reload();
    await page.getByText('this one').waitFor();
  });

  test('shows where it is signed in, and is signed out there, one by one or everywhere', async () => {
    const { page, context, email, complaints } = await atHome();
    const sessions = page.getByRole('list', { name: 'Where you are signed in' }).getByRole('listitem');
    const others = await Promise.all(
      ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0', 'kiosk/2'].map(
        async (userAgent) => {
          const other = await newVisitor(browser, shop.mesh.record.gatewayUrl, { userAgent });
          await other.page.goto('/sign-in?back=%2Forders');
          await signIn(other.page, email);
          await other.page.getByRole('heading', { name: 'Your orders' }).waitFor();
          return other.page;
        },
      ),
    );
    const [desk, kiosk] = [others[0] ?? expect.unreachable(), others[1] ?? expect.unreachable()];
    await page.reload();
    await sessions.filter({ hasText: 'kiosk/2' }).waitFor();
    // Registering signed in once more, from no browser.
    await eventually(async () => expect(await sessions.count()).toBe(4));
    expect(await sessions.filter({ hasText: 'this one' }).getByRole('button').count()).toBe(0);
    await page.getByRole('button', { name: 'Sign out Firefox on Windows' }).click();
    await eventually(async () => expect(await sessions.count()).toBe(3));
    await signedOut(desk);
    await kiosk.reload();
    await kiosk.getByRole('heading', { name: 'Your orders' }).waitFor();

    await page.getByRole('button', { name: 'Sign out everywhere', exact: true }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await signedOut(kiosk);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('stays signed in when pages are left before what they ask for is answered', async () => {
    const { page } = await atHome();
    await page.route('**/RefreshToken', async (route) => {
      await route.fetch();
      await route.abort();
    });
    const here = page.getByText('this one');
    for (let load = 0; load < 2; load++) {
      await page.reload();
      await here.or(page.getByRole('alert')).first().waitFor();
    }
    await page.unrouteAll({ behavior: 'wait' });
    await page.reload();
    await here.waitFor();
  });

  test('lends a program a key that does what it allows, and takes it back', async () => {
    const { page, complaints } = await atHome();
    const { gatewayUrl } = shop.mesh.record;
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByLabel('What it is for').fill('Stock sheet');
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('alert').getByText('Choose at least one.').waitFor();
    await page.getByLabel('See your cart and your orders').check();
    await page.getByLabel('Good for').selectOption('A week');
    await page.getByRole('button', { name: 'Make it' }).click();
    const secret = await page.getByLabel('The key Stock sheet').inputValue();
    expect(await barriersOf(page)).toEqual([]);
    const row = page.getByRole('list', { name: 'API keys' }).getByRole('listitem').filter({ hasText: 'Stock sheet' });
    await row.getByText('never used').waitFor();

    const headers = { 'x-api-key': secret, 'content-type': 'application/json' };
    expect((await fetch(`${gatewayUrl}/v2/orders`, { headers })).status).toBe(200);
    const beyond = await fetch(`${gatewayUrl}/v1/users/me`, { method: 'DELETE', headers });
    expect(beyond.status).toBe(403);

    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.reload();
    await row.getByText('last used').waitFor();
    expect(await page.content()).not.toContain(secret);
    await row.getByRole('button', { name: 'Revoke Stock sheet' }).click();
    await row.getByRole('button', { name: 'Revoke Stock sheet for good' }).click();
    await page.getByText('You have none.').waitFor();
    await eventually(async () => expect((await fetch(`${gatewayUrl}/v2/orders`, { headers })).status).toBe(401));
    expect(complaints).toEqual([]);
  });
});
