/** What an operator does, and what they find to do: by labels and names, never by the page's structure. */
import type { Page } from 'playwright-core';
import postgres from 'postgres';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { address, follow, type Shop } from '../e2e/shop.fixture.ts';

/** Signs the operator of the mesh in, coming to the page they wanted. */
export async function signInAsOperator(page: Page, shop: Shop, path = '/operate'): Promise<void> {
  const { email, password } = shop.mesh.record.operator;
  await page.goto(path);
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Operate' }).waitFor();
}

/** Orders something as somebody new; answers once the order is in `state`. */
export async function orderUntil(shop: Shop, state: OrderState, pieces = 5): Promise<string> {
  const { token } = await shop.shopper();
  const productId = await shop.product(pieces, { backorderable: true });
  const orders = shop.client(OrdersService, token);
  const items = [{ productId, quantity: 1n }];
  const wanted = { requestId: newId(), items, shippingAddress: address, paymentToken: 'tok_visa' };
  const { order } = await orders.placeOrder(wanted, { timeoutMs: 20_000 });
  const orderId = order?.id ?? '';
  await follow(orders, orderId, state);
  return orderId;
}

async function inDatabase<T>(shop: Shop, service: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(shop.mesh.record.databases[service] ?? '', { max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

/** An order whose mails could not be written, because the table refuses to hold them: each of its events is a dead letter. `mend` has the table take them again. */
export async function orderWithoutMails(shop: Shop): Promise<{ orderId: string; mend: () => Promise<void> }> {
  const table = (change: string) =>
    inDatabase(shop, 'notifications', (sql) => sql.unsafe(`alter table notification ${change}`).then(() => undefined));
  await table(`add constraint none_taken check (user_id is null) not valid`);
  const orderId = await orderUntil(shop, OrderState.DELIVERED);
  const operations = shop.client(OperationsService, shop.operatorToken);
  await eventually(
    async () => {
      const { deadLetters } = await operations.listDeadLetters({ service: 'notifications' });
      if (deadLetters.filter(({ aggregateId }) => aggregateId === orderId).length < 3) throw new Error('still tried');
    },
    { timeoutMs: 60_000, everyMs: 250 },
  );
  return { orderId, mend: () => table('drop constraint none_taken') };
}

/** A saga that waits for an operator. */
export async function parkedSaga(shop: Shop): Promise<string> {
  const orderId = await orderUntil(shop, OrderState.BACKORDERED, 0);
  return eventually(() =>
    inDatabase(shop, 'orders', async (sql) => {
      const rows = await sql<{ id: string }[]>`
        update saga set status = 'parked', problem = 'parked by a test', version = version + 1
        where subject = ${orderId} and problem is not null and lease_owner is null returning id`;
      const [saga] = rows;
      if (!saga) throw new Error('the saga does not wait for stock yet');
      return saga.id;
    }),
  );
}
