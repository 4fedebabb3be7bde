import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '#chassis/testing/eventually.ts';
import { openShop, type Shop } from './testing/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  shop.world.card = 'unavailable';
});
afterAll(() => shop.close());

const text = (value: unknown) =>
  JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? String(part) : part));

test('a payment token that is kept for a payment due later is in no answer, event or message', async () => {
  const { client } = await shop.shopper();
  const request = shop.request([{ productId: shop.stocked(), quantity: 1n }]);
  const orderId = (await client.placeOrder(request)).order?.id ?? '';
  const checkout = await eventually(async () => {
    const row = await shop.orders.runner.findOf('checkout', orderId);
    expect(row?.problem).toBe('the payment provider cannot be reached');
    return row;
  });
  expect(text(checkout?.state)).toContain(request.paymentToken);

  const { operations } = await shop.operator();
  const { saga } = await operations.getSaga({ sagaId: checkout?.id ?? '' });
  const { sagas } = await operations.listSagas({});
  const { order } = await client.getOrder({ orderId });
  const { entries } = await client.getOrderHistory({ orderId });
  const events = await shop.db.sql`select data from order_event where order_id = ${orderId}`;
  const messages = await shop.db.sql`
    select headers, encode(payload, 'escape') as payload from outbox where aggregate_id = ${orderId}`;
  for (const told of [saga, sagas, order, entries, events, messages, checkout?.history]) {
    expect(text(told)).toMatch(/\w{8}/);
    expect(text(told)).not.toContain(request.paymentToken);
  }
});
