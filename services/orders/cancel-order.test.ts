import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '#chassis/testing/eventually.ts';
import { CancellationReason, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { line, openShop, refusal, type Shop, statesOf } from './testing/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.world.card = 'accepted';
});

describe('CancelOrder', () => {
  test('of a confirmed order refunds it and returns its stock', async () => {
    const { client } = await shop.shopper();
    const productId = shop.stocked({ stock: 5 });
    const { id: orderId } = await shop.placed(client, [line(productId, 2n)]);
    await statesOf(client, orderId);
    const { order } = await client.cancelOrder({ orderId });
    expect(order?.cancelRequested).toBe(true);
    await client.cancelOrder({ orderId });
    for await (const answer of client.watchOrder({ orderId })) expect(answer.order?.id).toBe(orderId);
    expect((await client.getOrder({ orderId })).order?.cancellationReason).toBe(CancellationReason.CUSTOMER_REQUEST);
    expect(shop.world.stock.get(productId)).toBe(5);
    expect((await client.cancelOrder({ orderId })).order?.state).toBe(OrderState.CANCELLED);
    const [sagas] = await shop.db
      .sql`select count(*)::int as count from saga where subject = ${orderId} and kind = 'cancellation'`;
    expect(sagas?.count).toBe(1);
  });

  test('of an order whose checkout still moves goes on the moment that stands still, not at a later look', async () => {
    const { client } = await shop.shopper();
    const { create } = shop.world.shipping;
    const carrier = Promise.withResolvers<void>();
    shop.world.shipping.create = async (parcel) => {
      await carrier.promise;
      return create(parcel);
    };
    try {
      const { id: orderId } = await shop.placed(client, [line(shop.stocked())]);
      await eventually(async () =>
        expect((await client.getOrder({ orderId })).order?.state).toBe(OrderState.CONFIRMED),
      );
      await client.cancelOrder({ orderId });
      const waiting = await eventually(async () => {
        const row = await shop.orders.runner.findOf('cancellation', orderId);
        expect(row?.problem).toBe('the checkout is not done yet');
        return row;
      });
      await shop.db.sql`update saga set wake_at = now() + interval '1 hour' where id = ${waiting?.id ?? ''}`;
      carrier.resolve();
      await eventually(async () =>
        expect((await client.getOrder({ orderId })).order?.state).toBe(OrderState.CANCELLED),
      );
    } finally {
      carrier.resolve();
      shop.world.shipping.create = create;
    }
  });

  test('of an order whose checkout is parked leaves nothing parked', async () => {
    const { client } = await shop.shopper();
    const { create } = shop.world.shipping;
    shop.world.shipping.create = async () => ({ outcome: 'refused', reason: 'COUNTRY_NOT_SERVED' });
    try {
      const { id: orderId } = await shop.placed(client, [line(shop.stocked())]);
      const checkoutIs = (status: string) =>
        eventually(async () => expect((await shop.orders.runner.findOf('checkout', orderId))?.status).toBe(status));
      await checkoutIs('parked');
      await client.cancelOrder({ orderId });
      expect((await statesOf(client, orderId)).at(-1)).toBe(OrderState.CANCELLED);
      await checkoutIs('completed');
    } finally {
      shop.world.shipping.create = create;
    }
  });

  test('of an order that waits for stock undoes it at once', async () => {
    const { client } = await shop.shopper();
    const { id: orderId } = await shop.placed(client, [line(shop.stocked({ stock: 0, backorderable: true }))]);
    await eventually(async () =>
      expect((await client.getOrder({ orderId })).order?.state).toBe(OrderState.BACKORDERED),
    );
    await client.cancelOrder({ orderId });
    expect((await statesOf(client, orderId)).at(-1)).toBe(OrderState.CANCELLED);
  });

  test('at any moment of a checkout leaves a clean slate', async () => {
    const { client } = await shop.shopper();
    const productId = shop.stocked({ stock: 30 });
    const orders = await Promise.all(Array.from({ length: 30 }, () => shop.placed(client, [line(productId)])));
    await Promise.all(orders.map(({ id: orderId }) => client.cancelOrder({ orderId })));
    for (const { id: orderId } of orders) {
      await eventually(async () =>
        expect((await client.getOrder({ orderId })).order?.state).toBe(OrderState.CANCELLED),
      );
    }
    expect(shop.world.stock.get(productId)).toBe(30);
  });

  test('of an order that was declined is refused, naming its state', async () => {
    const { client } = await shop.shopper();
    shop.world.card = 'declined';
    const order = await shop.placed(client, [line(shop.stocked())]);
    await statesOf(client, order.id);
    expect(await refusal(client.cancelOrder({ orderId: order.id }))).toMatchObject({
      reason: 'NOT_CANCELLABLE',
      metadata: { state: 'CANCELLED' },
    });
  });
});
