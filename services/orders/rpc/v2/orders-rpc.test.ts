import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { CancellationReason, OrderPhase } from '#gen/tradewind/orders/v2/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { orderSummaryStore } from '../../store/order-summary-store.ts';
import { address } from '../../testing/samples.ts';
import { line, openShop, refusal, type Shop } from '../../testing/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

/** A shopper with a client of each version. */
async function shopper() {
  const first = await shop.shopper();
  const as = { service: 'gateway', user: { id: first.id } };
  return { id: first.id, v1: first.client, v2: await shop.served.client(OrdersService, as) };
}

const request = (productId: string, requestId = newId()) => ({
  requestId,
  lines: [line(productId, 2n)],
  shippingAddress: address,
  paymentToken: 'tok_visa',
});

test('a request_id means one order, whichever version it comes through', async () => {
  const { v1, v2 } = await shopper();
  const productId = shop.stocked();
  const { lines: items, ...asked } = request(productId);
  const first = await v1.placeOrder({ ...asked, items });
  const again = await v2.placeOrder({ ...asked, lines: items });
  expect(again.order?.id).toBe(first.order?.id);
  expect(again.order).toMatchObject({ state: { phase: OrderPhase.PENDING }, version: 1n });

  const other = request(productId);
  const second = await v2.placeOrder(other);
  expect((await v1.placeOrder({ ...other, items: other.lines })).order?.id).toBe(second.order?.id);
  const changed = v1.placeOrder({ ...other, items: [line(productId, 3n)] });
  expect((await refusal(changed))?.reason).toBe('REQUEST_ID_REUSED');
});

test('the two versions asked at the same time for one request_id take one order', async () => {
  const { v1, v2 } = await shopper();
  const { lines, ...asked } = request(shop.stocked());
  const [first, second] = await Promise.all([
    v1.placeOrder({ ...asked, items: lines }),
    v2.placeOrder({ ...asked, lines }),
  ]);
  expect(second.order?.id).toBe(first.order?.id);
});

test('an order placed in v2 is followed to its parcel, read, listed and told with the name of its customer', async () => {
  const { id, v1, v2 } = await shopper();
  await orderSummaryStore(shop.db).noteCustomer(id, 'Ada Byron', 1n);
  const { order: placed } = await v2.placeOrder(request(shop.stocked()));
  const orderId = placed?.id ?? '';
  const versions: bigint[] = [];
  for await (const { order } of v2.watchOrder({ orderId })) {
    expect(order?.customer).toMatchObject({ id, name: 'Ada Byron' });
    versions.push(order?.version ?? 0n);
    if (order?.shipmentId) break;
  }
  const [began = 0n] = versions;
  expect(versions).toEqual(versions.map((_, place) => began + BigInt(place)));

  const { order } = await v2.getOrder({ orderId });
  expect(order).toMatchObject({
    customer: { id, name: 'Ada Byron' },
    state: { phase: OrderPhase.CONFIRMED, circumstance: { case: undefined } },
    lines: [{ quantity: 2n, amount: { units: 21n, nanos: 0 } }],
    amounts: { subtotal: { units: 21n }, shipping: { units: 0n, currencyCode: 'EUR' }, total: { units: 21n } },
  });
  expect((await v2.batchGetOrders({ orderIds: [orderId, newId()] })).orders).toEqual([order]);
  const { order: inV1 } = await v1.getOrder({ orderId });
  expect([inV1?.version, inV1?.userId, inV1?.total]).toEqual([
    order?.version,
    order?.customer?.id,
    order?.amounts?.total,
  ]);

  const { entries } = await v2.getOrderHistory({ orderId });
  expect(entries.map(({ type }) => type).slice(0, 3)).toEqual(['OrderPlaced', 'OrderStockReserved', 'OrderConfirmed']);
  expect(entries[2]).toMatchObject({
    state: { phase: OrderPhase.CONFIRMED },
    details: { paymentId: order?.paymentId },
  });
  const past = await v2.getOrderAsOf({ orderId, time: placed?.createTime ?? timestampFromDate(new Date(0)) });
  expect(past.order).toMatchObject({ version: 1n, state: { phase: OrderPhase.PENDING } });
});

test('lists orders by phase, with names and titles, a page at a time', async () => {
  const { id, v2 } = await shopper();
  const summaries = orderSummaryStore(shop.db);
  await summaries.noteCustomer(id, 'Ada Byron', 1n);
  const total = { units: '21', nanos: 0, currency: 'EUR' };
  const placedAt = new Date();
  for (const state of ['PENDING', 'CONFIRMED', 'CONFIRMED'] as const) {
    const contents = { productIds: [], total };
    await summaries.noteOrder({ orderId: newId(), userId: id, state, version: 1n, contents, placedAt });
  }
  const first = await v2.listOrders({ phase: OrderPhase.CONFIRMED, pageSize: 1 });
  expect(first.orders).toMatchObject([{ customer: { id, name: 'Ada Byron' }, phase: OrderPhase.CONFIRMED }]);
  const second = await v2.listOrders({ phase: OrderPhase.CONFIRMED, pageSize: 1, pageToken: first.nextPageToken });
  expect([second.orders.length, second.nextPageToken]).toEqual([1, '']);
  expect((await v2.listOrders({})).orders).toHaveLength(3);
});

test('an order taken back in v2 tells why, in both versions', async () => {
  const { v1, v2 } = await shopper();
  shop.world.card = 'unavailable';
  const { order: placed } = await v2.placeOrder(request(shop.stocked()));
  const orderId = placed?.id ?? '';
  const delayed = await eventually(async () => {
    const { order } = await v2.getOrder({ orderId });
    expect(order?.state?.circumstance.case).toBe('paymentDelay');
    return order?.state?.phase;
  });
  expect(delayed).toBe(OrderPhase.STOCK_RESERVED);
  const { order } = await v2.cancelOrder({ orderId });
  const cancellation = { case: 'cancellation', value: { reason: CancellationReason.CUSTOMER_REQUEST } };
  expect(order?.state?.circumstance).toMatchObject(cancellation);
  const cancelled = await eventually(async () => {
    const { order: now } = await v2.getOrder({ orderId });
    expect(now?.state?.phase).toBe(OrderPhase.CANCELLED);
    return now?.state?.circumstance;
  });
  expect(cancelled).toMatchObject(cancellation);
  expect((await v1.getOrder({ orderId })).order?.cancellationReason).toBe(4);
  shop.world.card = 'accepted';
});

test('both versions share the cart', async () => {
  const { v1, v2 } = await shopper();
  const productId = shop.stocked();
  expect((await v2.setCartItem({ productId, quantity: 3n })).cart?.lines).toMatchObject([{ productId, quantity: 3n }]);
  expect((await v1.getCart({})).cart?.items).toMatchObject([{ productId, quantity: 3n }]);
  const { requestId, ...rest } = request(productId);
  const { order } = await v2.placeOrder({ ...rest, requestId, lines: [] });
  expect(order?.lines).toMatchObject([{ productId, quantity: 3n }]);
  expect((await v2.getCart({})).cart?.lines).toEqual([]);
});

test('refuses for the reasons of v1', async () => {
  const { v2 } = await shopper();
  expect((await refusal(v2.getOrder({ orderId: newId() })))?.reason).toBe('ORDER_NOT_FOUND');
  expect((await refusal(v2.placeOrder({ ...request(newId()) })))?.reason).toBe('PRODUCT_UNAVAILABLE');
  const bad = await v2.getOrder({ orderId: 'x' }).catch((error: unknown) => error);
  expect(bad instanceof ConnectError && bad.code).toBe(Code.InvalidArgument);
});
