import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import type { Shop } from '../e2e/shop.fixture.ts';
import { newVisitor, openBrowser } from './chromium.fixture.ts';
import { openConsole } from './console.fixture.ts';
import { brokenInvariants } from './invariants.fixture.ts';
import { PASSWORD, placeOrder, putIntoCart, signIn, signUpAtCheckout } from './shopper.fixture.ts';

describe('in a browser', { timeout: 60_000 }, () => {
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

  test('somebody who was never here finds a product in spite of a typing error, and has it delivered', async () => {
    await shop.product(3);
    const { page, complaints } = await visitor();
    await page.goto('/');
    await page.getByRole('searchbox', { name: 'Search products' }).fill('two-persn tent');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Two-person tent' }).first().click();
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await signUpAtCheckout(page, `${newId()}@shoppers.example`);
    await placeOrder(page);
    const state = page.getByRole('region', { name: 'State of the order' }).getByRole('status');
    await state.getByText('Delivered').waitFor({ timeout: 30_000 });
    await page.getByText('The parcel arrived').waitFor();
    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    await page.getByRole('link', { name: /^Order / }).click();
    await state.getByText('Delivered').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a declined card undoes the order and says so, and the stock is free again', async () => {
    const productId = await shop.product(1);
    const { page } = await visitor();
    await putIntoCart(page, productId);
    await signUpAtCheckout(page, `${newId()}@shoppers.example`);
    await placeOrder(page, 'Declined card');
    const state = page.getByRole('region', { name: 'State of the order' }).getByRole('status');
    await state.getByText('The card was declined. Nothing was charged').waitFor();
    const { availability } = await shop.client(InventoryService).getAvailability({ productIds: [productId] });
    expect(availability).toMatchObject([{ available: 1n, reserved: 0n }]);
  });

  test('two who want the last piece at the same moment: one gets it, the other is told', async () => {
    const productId = await shop.product(1);
    const both = await Promise.all([visitor(), visitor()]);
    const outcomes = await Promise.all(
      both.map(async ({ page }) => {
        await putIntoCart(page, productId);
        await signUpAtCheckout(page, `${newId()}@shoppers.example`);
        await placeOrder(page);
        const state = page.getByRole('region', { name: 'State of the order' }).getByRole('status');
        const told = state.getByText(
          /was sold out a moment before|Your products and your payment are certain|has arrived/,
        );
        return (await told.first().textContent())?.includes('sold out');
      }),
    );
    expect(outcomes.sort()).toEqual([false, true]);
  });

  test('clicking twice orders once, and so does trying again after answers that were lost', async () => {
    const { token, email } = await shop.shopper();
    const { page, context } = await visitor();
    await putIntoCart(page, await shop.product(5));
    await page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(page, email);
    await page.getByText('Ada').first().waitFor();
    await page.goto('/checkout');
    const lost: string[] = [];
    await context.route('**/tradewind.orders.v2.OrdersService/PlaceOrder', async (route) => {
      await route.fetch();
      lost.push(route.request().postData() ?? '');
      await route.abort('connectionreset');
    });
    await page.getByLabel('Street and number').fill('Invalidenstr. 117');
    await page.getByLabel('Postal code').fill('10115');
    await page.getByLabel('Town or city').fill('Berlin');
    await page.getByRole('button', { name: 'Place order' }).dblclick();
    await page.getByText('Trying again cannot order twice.').waitFor();
    await context.unroute('**/tradewind.orders.v2.OrdersService/PlaceOrder');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
    expect(new Set(lost).size).toBe(1);
    const orders = shop.client(OrdersService, token);
    await eventually(async () => expect((await orders.listOrders({})).orders).toHaveLength(1));
  });

  test('an order is cancelled by its shopper, and the page tells what came of it', async () => {
    const { page } = await visitor();
    // Nobody has any: it waits for stock until it is cancelled.
    await putIntoCart(page, await shop.product(0, { backorderable: true }));
    await signUpAtCheckout(page, `${newId()}@shoppers.example`);
    await placeOrder(page);
    const state = page.getByRole('region', { name: 'State of the order' });
    await state.getByText('Waits for stock').waitFor();
    await state.getByRole('button', { name: 'Cancel the order' }).click();
    await state.getByRole('button', { name: 'Yes, cancel it' }).click();
    await state.getByText('As you wished.').waitFor();
    expect(await state.getByRole('button').count()).toBe(0);
  });

  test('a sign-in by keyboard alone goes on where it began, and signing out ends it in every tab', async () => {
    const { email } = await shop.shopper();
    const { page, context } = await visitor();
    await page.goto('/sign-in?back=%2Forders');
    await page.getByLabel('E-mail').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your orders' }).waitFor();
    await eventually(async () => expect(await page.evaluate('document.activeElement.textContent')).toBe('Your orders'));
    const other = await context.newPage();
    await other.goto('/profile');
    await other.getByRole('heading', { name: 'Your account', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('tabs that renew the session at the same time do not end it', async () => {
    const { email } = await shop.shopper();
    const { page, context } = await visitor();
    await page.goto('/sign-in');
    await signIn(page, email);
    await page.getByRole('link', { name: 'Orders', exact: true }).waitFor();
    // A page that was just loaded has no access token: each of these renews the session.
    const tabs = await Promise.all(Array.from({ length: 5 }, () => context.newPage()));
    await Promise.all(tabs.map((tab) => tab.goto('/profile')));
    for (const tab of tabs) await tab.getByLabel('E-mail').waitFor();
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(1);
  });

  test('a wrong password, an address that cannot be right and a product that is gone are told in words', async () => {
    const { email } = await shop.shopper();
    const { page } = await visitor();
    await page.goto('/sign-in');
    await signIn(page, email, 'not the password');
    await page.getByRole('alert').getByText('E-mail or password is wrong').waitFor();
    await page.goto(`/products/${newId()}`);
    await page.getByRole('alert').getByText('there is no such product').waitFor();
    await putIntoCart(page, await shop.product(1));
    await signUpAtCheckout(page, `${newId()}@shoppers.example`);
    await page.getByLabel('Street and number').fill('Invalidenstr. 117');
    await page.getByLabel('Postal code').fill('1');
    await page.getByLabel('Town or city').fill('Berlin');
    await page.getByRole('button', { name: 'Place order' }).click();
    await page.getByRole('alert').getByText('The address cannot be right').waitFor();
    expect(await page.getByLabel('Postal code').getAttribute('aria-invalid')).toBe('true');
  });

  test('a search is narrowed by brand and category: the box follows the click, and the address says what was chosen', async () => {
    const catalog = shop.client(CatalogService, shop.operatorToken);
    const kettle = async (brand: string, category: string) => {
      const price = { units: 25n, nanos: 0, currencyCode: 'EUR' };
      const product = { sku: newId(), title: `${brand} kettle`, brand, category, price };
      await catalog.upsertProduct({ requestId: newId(), product });
    };
    await Promise.all([
      kettle('Fjordheim', 'Camping/Kitchen'),
      kettle('Fjordheim', 'Camping/Stoves'),
      kettle('Norrland', 'Camping/Kitchen'),
    ]);
    const { page, context, complaints } = await visitor();
    await page.goto('/browse?q=kettle');
    const found = page.getByRole('region', { name: 'Products' });
    await found.getByText('3 products').waitFor();
    const brand = page.getByRole('checkbox', { name: /^Fjordheim/ });
    const answer = Promise.withResolvers<void>();
    await context.route('**/tradewind.catalog.v1.CatalogService/SearchProducts*', async (route) => {
      await answer.promise;
      await route.continue();
    });
    await brand.click();
    expect(await brand.isChecked()).toBe(true);
    expect(await page.getByRole('checkbox', { name: /^Norrland/ }).count()).toBe(1);
    await found.getByText('Looking …').waitFor();
    answer.resolve();
    await found.getByText('2 products').waitFor();
    expect(await found.getByRole('link', { name: 'Norrland kettle' }).count()).toBe(0);

    const categories = page.getByRole('navigation', { name: 'Categories', exact: true });
    await categories.getByRole('link', { name: /^Camping/ }).click();
    await categories.getByRole('link', { name: /^Kitchen/ }).click();
    await found.getByText('1 product', { exact: true }).waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      q: 'kettle',
      category: 'Camping/Kitchen',
      brand: 'Fjordheim',
    });
    await page.reload();
    await found.getByText('1 product', { exact: true }).waitFor();
    expect(await brand.isChecked()).toBe(true);
    await brand.click();
    await found.getByText('2 products').waitFor();
    expect(complaints).toEqual([]);
  });

  test('an address is kept for the next order of the same account and forgotten when it signs out', async () => {
    const { email } = await shop.shopper();
    const productId = await shop.product(5);
    const { page } = await visitor();
    await page.goto('/sign-in');
    await signIn(page, email);
    await page.getByRole('link', { name: 'Orders', exact: true }).waitFor();
    await putIntoCart(page, productId);
    await page.goto('/checkout');
    await placeOrder(page);
    await page.getByText('Germany').waitFor();
    await putIntoCart(page, productId);
    await page.goto('/checkout');
    await eventually(async () =>
      expect(await page.getByLabel('Street and number').inputValue()).toBe('Invalidenstr. 117'),
    );
    await page.getByText('working days').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('Invalidenstr');
  });

  test('after all this every invariant holds', { timeout: 120_000 }, async () => {
    expect(await brokenInvariants(shop)).toEqual([]);
  });
});
