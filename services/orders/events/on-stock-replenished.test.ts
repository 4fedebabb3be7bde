import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { StockReplenishedSchema } from '#gen/tradewind/inventory/events/v1/inventory_events_pb.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { line, openShop, type Shop, statesOf } from '../testing/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

/** An order that waits for stock of a product of its own. */
async function waiting() {
  const { client } = await shop.shopper();
  const productId = shop.stocked({ stock: 0, backorderable: true });
  const { id } = await shop.placed(client, [line(productId)]);
  await eventually(async () =>
    expect((await client.getOrder({ orderId: id })).order?.state).toBe(OrderState.BACKORDERED),
  );
  const wakes = async () => (await shop.orders.runner.findOf('checkout', id))?.wakes;
  return { client, id, productId, wakes };
}

/** Tells of new stock, as the broker delivers it. */
async function tell(productId: string, eventId = newId()) {
  const handle = shop.orders.consumers.find(({ name }) => name === 'stock')?.subjects[0]?.handle;
  const event = toBinary(StockReplenishedSchema, create(StockReplenishedSchema, { productId }));
  const { typeName: type } = StockReplenishedSchema;
  const meta = { id: eventId, type, subject: productId, time: new Date(), attempts: 1, correlationId: eventId };
  await handle?.(event, { ...meta, causationId: undefined });
}

test('an order that waits for stock goes on when it comes', async () => {
  const { client, id, productId } = await waiting();
  shop.world.stock.set(productId, 1);
  await tell(productId);
  expect(await statesOf(client, id)).toContain(OrderState.CONFIRMED);
});

test('an event that comes again wakes nothing a second time, and another one does', async () => {
  const [order, other] = [await waiting(), await waiting()];
  const eventId = newId();
  await Promise.all(Array.from({ length: 5 }, () => tell(order.productId, eventId)));
  await tell(order.productId, eventId);
  expect(await order.wakes()).toBe(1);
  await tell(order.productId);
  expect([await order.wakes(), await other.wakes()]).toEqual([2, 0]);
});
