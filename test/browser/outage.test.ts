import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { tradewind } from '../e2e/command-line.fixture.ts';
import type { Shop } from '../e2e/shop.fixture.ts';
import { newVisitor, openBrowser } from './chromium.fixture.ts';
import { openConsole } from './console.fixture.ts';
import { brokenInvariants } from './invariants.fixture.ts';
import { placeOrder, putIntoCart, signUpAtCheckout } from './shopper.fixture.ts';

describe('while a service is down', { timeout: 90_000 }, () => {
  let shop: Shop;
  let browser: Browser;
  let productId: string;
  beforeAll(async () => {
    const env = { FAULTS_ALLOWED: '1', SHIPPING_DISPATCH_SECONDS: '600' };
    [shop, browser] = await Promise.all([openConsole({ env }), openBrowser()]);
    productId = await shop.product(5);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });

  async function fault(...words: string[]): Promise<void> {
    const { code, stderr } = await tradewind(shop.directory, 'fault', ...words);
    expect(code, stderr).toBe(0);
  }

  test('a search says so and finds again once it is back', async () => {
    const { page } = await newVisitor(browser, shop.mesh.record.gatewayUrl);
    await fault('set', 'SearchProducts', '--abort', 'RESOURCE_EXHAUSTED');
    await page.goto('/browse?q=tent');
    const notice = page.getByRole('alert').getByText('there is too much going on');
    await notice.waitFor();
    await fault('clear', '--all');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'Two-person tent' }).first().waitFor();
    expect(await notice.count()).toBe(0);
  });

  test('the shop goes on without what is in stock, and an order says which of its parts are missing', async () => {
    const { page } = await newVisitor(browser, shop.mesh.record.gatewayUrl);
    await putIntoCart(page, productId);
    await signUpAtCheckout(page, `${newId()}@shoppers.example`);
    await placeOrder(page);
    const state = page.getByRole('region', { name: 'State of the order' });
    await state.getByText('Confirmed').first().waitFor();
    await page.getByText('Tracking number').waitFor();

    await fault('set', 'GetShipment', '--abort', 'UNAVAILABLE');
    await fault('set', 'GetAvailability', '--abort', 'UNAVAILABLE');
    await page.reload();
    await page.getByText('The parcel cannot be reached at the moment').waitFor();
    await state.getByText('Your products and your payment are certain').waitFor();
    await page.getByText('Set aside on your card').or(page.getByText('Paid')).first().waitFor();
    await page.goto('/');
    await page.getByRole('link', { name: 'Two-person tent' }).first().waitFor();
    expect(await page.getByText('In stock').count()).toBe(0);

    await fault('clear', '--all');
    await page.goBack();
    // The gateway asks a service that failed again after half a minute.
    await page.getByText('Tracking number').waitFor({ timeout: 45_000 });
    expect(await page.getByText('cannot be reached').count()).toBe(0);
  });

  test('every page that shows what is in stock says when that is not known, and shows it again once it is', async () => {
    const { page } = await newVisitor(browser, shop.mesh.record.gatewayUrl);
    await fault('set', 'GetAvailability', '--abort', 'UNAVAILABLE');
    await fault('set', 'WatchStock', '--abort', 'UNAVAILABLE');
    const notice = page.getByRole('status').getByText('What is in stock is not known at the moment.');
    for (const path of ['/', '/browse', '/browse?q=tent']) {
      await page.goto(path);
      await notice.waitFor();
      await page.getByRole('link', { name: 'Two-person tent' }).first().waitFor();
    }
    await putIntoCart(page, productId);
    await page.getByRole('status').getByText('How many are in stock is not known at the moment.').waitFor();
    await page.goto('/cart');
    await notice.waitFor();
    await page.getByRole('link', { name: 'Sign in and check out' }).waitFor();

    await fault('clear', '--all');
    await page
      .getByText(/In stock|\d left/)
      .first()
      .waitFor({ timeout: 45_000 });
    expect(await notice.count()).toBe(0);
  });

  test('a payment that has to wait is told with the time it is tried again', async () => {
    const { page } = await newVisitor(browser, shop.mesh.record.gatewayUrl);
    await putIntoCart(page, productId);
    await signUpAtCheckout(page, `${newId()}@shoppers.example`);
    await fault('set', 'AuthorizePayment', '--abort', 'UNAVAILABLE');
    await placeOrder(page);
    const state = page.getByRole('region', { name: 'State of the order' }).getByRole('status');
    await state.getByText(/The payment provider cannot be reached\..* tried again at \d/).waitFor();
    await fault('clear', '--all');
    expect(await state.getByText('Being paid').count()).toBe(1);
  });

  test('after all this every invariant holds', { timeout: 120_000 }, async () => {
    expect(await brokenInvariants(shop)).toEqual([]);
  });
});
