import type { Page } from 'playwright-core';
import { newId } from '#chassis/ids.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { OrderPhase } from '#gen/tradewind/orders/v2/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { stockSample } from '../../cli/demo/sample.ts';
import { orderPath, productPath } from '../../services/console/app/paths.ts';
import { address, type Shop } from '../e2e/shop.fixture.ts';
import { PASSWORD } from './shopper.fixture.ts';

/** A page and how to come to see all of it. They are visited in this order by one visitor, who signs in on the way. */
export interface ShownPage {
  name: string;
  open(page: Page): Promise<void>;
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Every page of the shop, in one that is filled with the sample catalogue and has delivered an order. */
export async function pagesOf(shop: Shop): Promise<ShownPage[]> {
  await stockSample(shop.mesh.record, () => undefined);
  const { products } = await shop.client(CatalogService).searchProducts({ query: 'Lyng 2 trekking tent moss' });
  const shown = products[0]?.id ?? '';
  const { email, token } = await shop.shopper();
  const orders = shop.client(OrdersService, token);
  const lines = [{ productId: shown, quantity: 2n }];
  const { order } = await orders.placeOrder({
    requestId: newId(),
    lines,
    shippingAddress: address,
    paymentToken: 'tok_visa',
  });
  const orderId = order?.id ?? '';
  const key = { requestId: newId(), name: 'Stock sheet', scopes: ['orders:read'] };
  await shop.client(ApiKeysService, token).createApiKey(key);
  for await (const now of orders.watchOrder({ orderId })) if (now.order?.state?.phase === OrderPhase.DELIVERED) break;
  return [
    {
      name: 'home',
      open: async (page) => {
        await page.goto('/');
        await page.getByRole('list', { name: 'A look around' }).getByText('In stock').first().waitFor();
        await page.getByRole('heading', { name: 'Shop by category' }).waitFor();
      },
    },
    {
      name: 'search',
      open: async (page) => {
        await page.goto('/browse?q=treking+tent');
        await page
          .getByText(/\d+ products?/)
          .first()
          .waitFor();
        await page
          .getByText(/In stock|left/)
          .first()
          .waitFor();
      },
    },
    {
      name: 'product',
      open: async (page) => {
        await page.goto(productPath(shown));
        await page
          .getByText(/In stock|left/)
          .first()
          .waitFor();
      },
    },
    {
      name: 'cart',
      open: async (page) => {
        await page.getByRole('button', { name: 'Add to cart' }).click();
        await page.getByRole('link', { name: /^Cart/ }).click();
        await page.getByRole('link', { name: 'Sign in and check out' }).waitFor();
      },
    },
    {
      name: 'sign-up',
      open: async (page) => {
        await page.goto('/sign-up?back=%2Fcheckout');
        await heading(page, 'Make an account');
      },
    },
    {
      name: 'sign-in',
      open: async (page) => {
        await page.getByRole('link', { name: 'Sign in' }).last().click();
        await heading(page, 'Sign in');
      },
    },
    {
      name: 'checkout',
      open: async (page) => {
        await page.getByLabel('E-mail').fill(email);
        await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await heading(page, 'Check out');
        await page.getByLabel('Street and number').fill('Invalidenstr. 117');
        await page.getByLabel('Postal code').fill('10115');
        await page.getByLabel('Town or city').fill('Berlin');
        await page.getByText('working days').waitFor();
      },
    },
    {
      name: 'orders',
      open: async (page) => {
        await page.goto('/orders');
        await page
          .getByRole('link', { name: /^Order / })
          .first()
          .waitFor();
      },
    },
    {
      name: 'order',
      open: async (page) => {
        await page.goto(orderPath(orderId));
        await page.getByText('The parcel arrived').waitFor();
        await page.getByText('Tracking number').waitFor();
      },
    },
    {
      name: 'profile',
      open: async (page) => {
        await page.goto('/profile');
        await page.getByLabel('E-mail').waitFor();
        await page.getByText('this one').waitFor();
        await page.getByText('Stock sheet').waitFor();
        await page.getByRole('button', { name: 'Make a key' }).click();
        await page.getByLabel('What it is for').waitFor();
      },
    },
    {
      name: 'forgot-password',
      open: async (page) => {
        await page.goto('/forgot-password');
        await heading(page, 'Forgot your password?');
      },
    },
    {
      name: 'reset-password',
      open: async (page) => {
        await page.goto(`/reset-password#token=${newId()}`);
        await heading(page, 'Set a new password');
      },
    },
    {
      name: 'confirm-email',
      open: async (page) => {
        await page.goto(`/confirm-email#token=${newId()}`);
        await heading(page, 'Confirm your e-mail');
      },
    },
  ];
}
