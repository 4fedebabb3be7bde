import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { CancellationReason, OrderState, SagaState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { line, type OrdersClient, openShop, refusal, type Shop, statesOf } from './testing/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.world.card = 'accepted';
  shop.world.dispatched = false;
  shop.world.undeliverable = false;
});

const placed = (client: OrdersClient, items: Parameters<Shop['placed']>[1]) => shop.placed(client, items);

async function confirmed(client: OrdersClient) {
  const order = await placed(client, [line(shop.stocked())]);
  await statesOf(client, order.id);
  return order.id;
}

describe('PlaceOrder', () => {
  test('answers PENDING with the price of the moment, and the checkout goes on by itself', async () => {
    const { client } = await shop.shopper();
    const order = await placed(client, [line(shop.stocked(), 3n)]);
    expect(order).toMatchObject({ state: OrderState.PENDING, version: 1n });
    expect(order.total).toMatchObject({ units: 31n, nanos: 500_000_000, currencyCode: 'EUR' });
    await statesOf(client, order.id);
    const { entries } = await client.getOrderHistory({ orderId: order.id });
    const states = new Set(entries.map(({ state }) => state));
    expect([...states]).toEqual([OrderState.PENDING, OrderState.STOCK_RESERVED, OrderState.CONFIRMED]);
  });

  test('repeated answers what it first answered whatever became of the order, and with another body is refused', async () => {
    const { client } = await shop.shopper();
    const request = shop.request([line(shop.stocked())]);
    const first = await client.placeOrder(request);
    await statesOf(client, first.order?.id ?? '');
    expect(await client.placeOrder(request)).toEqual(first);
    const other = { ...request, paymentToken: 'tok_other' };
    expect(await refusal(client.placeOrder(other))).toMatchObject({
      reason: 'REQUEST_ID_REUSED',
      metadata: { order_id: first.order?.id },
    });
  });

  test('repeated gives the first order even when the product can no longer be bought', async () => {
    const { client } = await shop.shopper();
    const productId = shop.stocked();
    const request = shop.request([line(productId)]);
    const first = await client.placeOrder(request);
    shop.products.delete(productId);
    expect((await client.placeOrder(request)).order?.id).toBe(first.order?.id);
  });

  test('names the product that is unknown or retired', async () => {
    const { client } = await shop.shopper();
    const retired = shop.stocked({ published: false });
    for (const product_id of [retired, newId()]) {
      const call = client.placeOrder(shop.request([line(shop.stocked()), line(product_id)]));
      expect(await refusal(call)).toMatchObject({ reason: 'PRODUCT_UNAVAILABLE', metadata: { product_id } });
    }
  });

  test('refuses products of two currencies and an empty cart', async () => {
    const { client } = await shop.shopper();
    const dollars = shop.stocked({ price: { units: '1', nanos: 0, currency: 'USD' } });
    const mixed = client.placeOrder(shop.request([line(shop.stocked()), line(dollars)]));
    expect((await refusal(mixed))?.reason).toBe('MIXED_CURRENCIES');
    expect((await refusal(client.placeOrder(shop.request([]))))?.reason).toBe('CART_EMPTY');
  });

  test('names the field of an address nothing can be sent to', async () => {
    const { client } = await shop.shopper();
    shop.world.undeliverable = true;
    const call = client.placeOrder(shop.request([line(shop.stocked())]));
    await expect(call).rejects.toThrow('shipping_address.country_code: nothing is sent there');
  });

  test('orders the cart and empties it', async () => {
    const { client } = await shop.shopper();
    const [one, two] = [shop.stocked(), shop.stocked()];
    await client.setCartItem(line(one, 2n));
    await client.setCartItem(line(two, 1n));
    await client.setCartItem(line(one, 4n));
    const order = await placed(client, []);
    expect(order.items.map(({ productId, quantity }) => [productId, quantity])).toEqual([
      [one, 4n],
      [two, 1n],
    ]);
    expect((await client.getCart({})).cart?.items).toEqual([]);
  });
});

describe('an order', () => {
  test('is nobody else’s, and an operator’s', async () => {
    const [{ client: mine }, { client: theirs }] = [await shop.shopper(), await shop.shopper()];
    const { id: orderId } = await placed(mine, [line(shop.stocked())]);
    const { shop: operator } = await shop.operator();
    const calls = [
      (client: OrdersClient) => client.getOrder({ orderId }),
      (client: OrdersClient) => client.getOrderHistory({ orderId }),
      (client: OrdersClient) =>
        client.getOrderAsOf({ orderId, time: timestampFromDate(new Date(Date.now() + 60_000)) }),
    ];
    for (const call of calls) {
      expect((await refusal(call(theirs)))?.reason).toBe('ORDER_NOT_FOUND');
      expect(await refusal(call(operator))).toBeUndefined();
    }
    expect((await refusal(theirs.cancelOrder({ orderId })))?.reason).toBe('ORDER_NOT_FOUND');
    expect((await theirs.batchGetOrders({ orderIds: [orderId] })).orders).toEqual([]);
    expect((await mine.batchGetOrders({ orderIds: [orderId, newId()] })).orders).toHaveLength(1);
  });

  test('tells its history without address and token, and how it was at any moment', async () => {
    const { client } = await shop.shopper();
    const orderId = await confirmed(client);
    const { entries } = await client.getOrderHistory({ orderId });
    expect(entries.slice(0, 3).map(({ type }) => type)).toEqual([
      'OrderPlaced',
      'OrderStockReserved',
      'OrderConfirmed',
    ]);
    expect(JSON.stringify(entries.map((entry) => entry.details))).not.toMatch(/Lovelace|tok_visa/);
    for (const { version, time, state } of entries.filter((entry, at) => entry.time !== entries[at + 1]?.time)) {
      const { order } = await client.getOrderAsOf({ orderId, time });
      expect(Number(order?.version)).toBeGreaterThanOrEqual(Number(version));
      expect(order?.version !== version || order.state === state).toBe(true);
    }
    const before = client.getOrderAsOf({ orderId, time: timestampFromDate(new Date(0)) });
    expect((await refusal(before))?.reason).toBe('NOT_YET_PLACED');
  });

  test('that is declined is cancelled, and watching it ends there', async () => {
    const { client } = await shop.shopper();
    shop.world.card = 'declined';
    const order = await placed(client, [line(shop.stocked())]);
    expect((await statesOf(client, order.id)).at(-1)).toBe(OrderState.CANCELLED);
    expect((await client.getOrder({ orderId: order.id })).order?.cancellationReason).toBe(
      CancellationReason.PAYMENT_DECLINED,
    );
  });
});

describe('operators', () => {
  test('see a saga with its moves, by page and state', async () => {
    const { client } = await shop.shopper();
    const orderId = await confirmed(client);
    const { operations } = await shop.operator();
    const first = await operations.listSagas({ pageSize: 1, state: SagaState.COMPLETED });
    expect(first.sagas).toHaveLength(1);
    const second = await operations.listSagas({
      pageSize: 1,
      state: SagaState.COMPLETED,
      pageToken: first.nextPageToken,
    });
    expect(second.sagas[0]?.id).not.toBe(first.sagas[0]?.id);
    const foreign = operations.listSagas({ pageToken: first.nextPageToken });
    expect((await refusal(foreign))?.reason).toBe('INVALID_PAGE_TOKEN');
    const row = await eventually(async () => {
      const found = await shop.orders.runner.findOf('checkout', orderId);
      expect(found?.status).toBe('completed');
      return found;
    });
    const { saga } = await operations.getSaga({ sagaId: row?.id ?? '' });
    expect(saga).toMatchObject({ kind: 'checkout', orderId, state: SagaState.COMPLETED });
    expect(saga?.moves).toHaveLength(6);
    expect((await refusal(operations.resumeSaga({ sagaId: row?.id ?? '' })))?.reason).toBe('SAGA_NOT_PARKED');
    expect((await refusal(operations.getSaga({ sagaId: newId() })))?.reason).toBe('SAGA_NOT_FOUND');
    for (const projection of ['nothing', 'order-summary']) {
      expect(await refusal(operations.rebuildProjection({ projection }))).toMatchObject({
        reason: 'PROJECTION_NOT_FOUND',
        metadata: { projection, known: 'order_summary' },
      });
    }
  });
});

test('a hundred and more buyers of a product are served what there is, and nothing more', async () => {
  const { client } = await shop.shopper();
  const productId = shop.stocked({ stock: 20 });
  const orders = await Promise.all(Array.from({ length: 60 }, () => placed(client, [line(productId)])));
  const ends = await Promise.all(orders.map(async ({ id }) => (await statesOf(client, id)).at(-1)));
  expect(ends.filter((state) => state === OrderState.CONFIRMED)).toHaveLength(20);
  expect(ends.filter((state) => state === OrderState.CANCELLED)).toHaveLength(40);
});
