import type { Page } from 'playwright-core';
import { newId } from '#chassis/ids.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { OrderPhase } from '#gen/tradewind/orders/v2/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { orderPath } from '../../services/console/app/paths.ts';
import { address, type Shop } from '../e2e/shop.fixture.ts';
import type { ShownPage } from './pages.fixture.ts';
import { signIn } from './shopper.fixture.ts';

/** What pages of the shop look like when something went wrong or is asked once more. They are visited in this order by one visitor, who signs in on the way. */
export async function statesOf(shop: Shop): Promise<ShownPage[]> {
  const { email, token } = await shop.shopper();
  const orders = shop.client(OrdersService, token);
  const placed = async (pieces: number, paymentToken: string, phase: OrderPhase) => {
    const lines = [{ productId: await shop.product(pieces, { backorderable: true }), quantity: 1n }];
    const { order } = await orders.placeOrder({ requestId: newId(), lines, shippingAddress: address, paymentToken });
    const orderId = order?.id ?? '';
    for await (const now of orders.watchOrder({ orderId })) if (now.order?.state?.phase === phase) break;
    return orderId;
  };
  const declined = await placed(1, 'tok_declined', OrderPhase.CANCELLED);
  const cancelled = await placed(0, 'tok_visa', OrderPhase.BACKORDERED);
  await orders.cancelOrder({ orderId: cancelled });
  const waiting = await placed(0, 'tok_visa', OrderPhase.BACKORDERED);
  const key = { requestId: newId(), name: 'Stock sheet', scopes: ['orders:read'] };
  await shop.client(ApiKeysService, token).createApiKey(key);
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  return [
    {
      name: 'an empty cart',
      open: async (page) => {
        await page.goto('/cart');
        await page.getByText('There is nothing in it yet.').waitFor();
      },
    },
    {
      name: 'a search that found nothing',
      open: async (page) => {
        await page.goto('/browse?q=xyzzyxyzzy');
        await page.getByText('Nothing fits').waitFor();
      },
    },
    {
      name: 'a product that is gone',
      open: async (page) => {
        await page.goto(`/products/${newId()}`);
        await page.getByRole('alert').waitFor();
      },
    },
    {
      name: 'a wrong password',
      open: async (page) => {
        await page.goto('/sign-in?back=%2Foperate');
        await signIn(page, email, 'not the password');
        await page.getByRole('alert').getByText('E-mail or password is wrong').waitFor();
      },
    },
    {
      name: 'not an operator',
      open: async (page) => {
        await signIn(page, email);
        await page.getByRole('heading', { name: 'For operators' }).waitFor();
      },
    },
    {
      name: 'a declined order',
      open: async (page) => {
        await page.goto(orderPath(declined));
        await page.getByText('The card was declined.').waitFor();
        await page.getByText('The bank says').waitFor();
      },
    },
    {
      name: 'asked whether to cancel',
      open: async (page) => {
        await page.goto(orderPath(waiting));
        await button(page, 'Cancel the order …').click();
        await button(page, 'Yes, cancel it').waitFor();
      },
    },
    {
      name: 'a cancelled order',
      open: async (page) => {
        await page.goto(orderPath(cancelled));
        await page.getByText('As you wished.').waitFor();
      },
    },
    {
      name: 'asked whether to revoke a key',
      open: async (page) => {
        await page.goto('/profile');
        await button(page, 'Revoke Stock sheet').click();
        await button(page, 'Revoke Stock sheet for good').waitFor();
      },
    },
    {
      name: 'asked whether to erase the account',
      open: async (page) => {
        await button(page, 'Erase my account …').click();
        await page.getByRole('group', { name: 'Really erase the account?' }).waitFor();
      },
    },
  ];
}
