import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { GatewayService } from '#gen/tradewind/gateway/v1/gateway_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { NotificationKind } from '#gen/tradewind/notifications/v1/notifications_pb.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { CancellationReason, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { patience } from '../../cli/demo/patience.ts';
import { waitUntilQuiet } from '../../cli/verify/quiet.ts';
import { verifyMesh } from '../../cli/verify/verify.ts';
import { address, follow, openShop, type Shop } from './shop.fixture.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop?.close());

async function buyer() {
  const shopper = await shop.shopper();
  const orders = shop.client(OrdersService, shopper.token);
  const place = async (productId: string, paymentToken = 'tok_visa', requestId = newId()) => {
    const request = { requestId, items: [{ productId, quantity: 1n }], shippingAddress: address, paymentToken };
    const { order } = await orders.placeOrder(request);
    return order ?? expect.unreachable();
  };
  return { ...shopper, orders, place };
}

describe('an order', () => {
  test('is confirmed, sent and delivered, and its shopper told of each by one mail', async () => {
    const { orders, place, token } = await buyer();
    const { id, state } = await place(await shop.product(3));
    expect(state).toBe(OrderState.PENDING);
    await follow(orders, id, OrderState.DELIVERED);
    const notifications = shop.client(NotificationsService, token);
    await eventually(async () => {
      const sent = (await notifications.listNotifications({})).notifications.filter(
        ({ orderId, sendTime }) => orderId === id && sendTime,
      );
      expect(sent.map(({ kind }) => kind).sort()).toEqual([
        NotificationKind.ORDER_CONFIRMED,
        NotificationKind.ORDER_SHIPPED,
        NotificationKind.ORDER_DELIVERED,
      ]);
    });
  });

  test('whose card is declined is cancelled and its stock free again', async () => {
    const productId = await shop.product(1);
    const { orders, place } = await buyer();
    const cancelled = await follow(orders, (await place(productId, 'tok_declined')).id, OrderState.CANCELLED);
    expect(cancelled.cancellationReason).toBe(CancellationReason.PAYMENT_DECLINED);
    const { availability } = await shop.client(InventoryService).getAvailability({ productIds: [productId] });
    expect(availability).toMatchObject([{ available: 1n, reserved: 0n }]);
  });

  test('for what is not there is cancelled, or waits where the product allows it', async () => {
    const { orders, place } = await buyer();
    const gone = await follow(orders, (await place(await shop.product(0))).id, OrderState.CANCELLED);
    expect(gone.cancellationReason).toBe(CancellationReason.OUT_OF_STOCK);
    const productId = await shop.product(0, { backorderable: true });
    const { id } = await place(productId);
    await follow(orders, id, OrderState.BACKORDERED);
    await shop
      .client(InventoryService, shop.operatorToken)
      .adjustStock({ requestId: newId(), productId, warehouse: 'main', delta: 1n });
    await follow(orders, id, OrderState.CONFIRMED, OrderState.SHIPPED, OrderState.DELIVERED);
  });

  test('can be cancelled after it was confirmed, and the money goes back', async () => {
    const { orders, place } = await buyer();
    const { id } = await place(await shop.product(1));
    await follow(orders, id, OrderState.CONFIRMED);
    await orders.cancelOrder({ orderId: id });
    expect((await follow(orders, id, OrderState.CANCELLED)).cancellationReason).toBe(
      CancellationReason.CUSTOMER_REQUEST,
    );
  });

  test('sent again, at once or when it has arrived, is one order and gets one answer', async () => {
    const { orders, place } = await buyer();
    const [productId, requestId] = [await shop.product(5), newId()];
    const [first, second] = await Promise.all([
      place(productId, 'tok_visa', requestId),
      place(productId, 'tok_visa', requestId),
    ]);
    expect(second).toEqual(first);
    await follow(orders, first.id, OrderState.DELIVERED);
    expect(await place(productId, 'tok_visa', requestId)).toEqual(first);
  });

  test('is nobody else’s to see', async () => {
    const { place } = await buyer();
    const { id } = await place(await shop.product(1));
    const other = await buyer();
    const error = await other.orders.getOrder({ orderId: id }).catch((failure) => failure);
    expect(reasonOf(error)).toMatchObject({ reason: 'ORDER_NOT_FOUND', code: Code.NotFound });
    const nobody = await shop.client(OrdersService).getOrder({ orderId: id }).catch(ConnectError.from);
    expect(nobody).toMatchObject({ code: Code.Unauthenticated });
  });

  test('has one page with its customer, products, payment and parcel', async () => {
    const { orders, place, token, email } = await buyer();
    const { id } = await place(await shop.product(1));
    await follow(orders, id, OrderState.DELIVERED);
    const { page } = await shop.client(GatewayService, token).getOrderPage({ orderId: id });
    expect(page).toMatchObject({
      order: { id },
      customer: { email },
      products: [{ title: 'Two-person tent' }],
      missingParts: [],
    });
    expect([page?.payment?.orderId, page?.shipment?.orderId]).toEqual([id, id]);
  });
});

test('50 shoppers want 1,000 times one of 100 pieces: exactly 100 orders are confirmed, and every piece is sold', {
  timeout: 240_000,
}, async () => {
  const productId = await shop.product(100);
  const buyers = await Promise.all(Array.from({ length: 50 }, buyer));
  const wishes = buyers.flatMap((each) => Array.from({ length: 20 }, () => each));
  // Who is told that there is too much to do comes again with the same request.
  const patient = patience({ longestMs: 120_000 });
  const ids = await Promise.all(
    wishes.map(async ({ place }) => {
      const requestId = newId();
      return (await patient.call(() => place(productId, 'tok_visa', requestId))).id;
    }),
  );
  await waitUntilQuiet(shop.mesh.record, 90);
  const [everybody, pages] = [
    shop.client(OrdersService, shop.operatorToken),
    Array.from({ length: 10 }, (_, at) => at),
  ];
  const orders = await Promise.all(
    pages.map((page) => everybody.batchGetOrders({ orderIds: ids.slice(page * 100, page * 100 + 100) })),
  ).then((answers) => answers.flatMap((answer) => answer.orders));
  const sold: OrderState[] = [OrderState.CONFIRMED, OrderState.SHIPPED, OrderState.DELIVERED];
  expect(orders.filter(({ state }) => sold.includes(state))).toHaveLength(100);
  const cancelled = orders.filter(({ state }) => state === OrderState.CANCELLED);
  expect(cancelled.map(({ cancellationReason }) => cancellationReason)).toEqual(
    Array.from({ length: 900 }, () => CancellationReason.OUT_OF_STOCK),
  );
  const { availability } = await shop.client(InventoryService).getAvailability({ productIds: [productId] });
  expect(availability).toMatchObject([{ available: 0n, reserved: 0n }]);
});

test('services killed in the middle of orders come back, and nothing is lost or doubled', {
  timeout: 120_000,
}, async () => {
  const productId = await shop.product(1000);
  const { orders, place } = await buyer();
  const victims = ['orders', 'payments', 'inventory'];
  const ids: string[] = [];
  for (let round = 0; round < 60; round++) {
    const requestId = newId();
    if (round % 20 === 10) {
      const name = victims[Math.floor(round / 20)] ?? '';
      process.kill(shop.mesh.record.services[name]?.[0]?.pid ?? 0, 'SIGKILL');
    }
    await eventually(async () => ids.push((await place(productId, 'tok_visa', requestId)).id), { timeoutMs: 60_000 });
  }
  for (const id of ids) await follow(orders, id, OrderState.CONFIRMED, OrderState.SHIPPED, OrderState.DELIVERED);
  expect(new Set(ids).size).toBe(60);
});

test('after all this every invariant holds', { timeout: 120_000 }, async () => {
  await waitUntilQuiet(shop.mesh.record, 90);
  const findings = await verifyMesh(shop.mesh.record);
  expect(findings.length).toBeGreaterThan(5);
  expect(
    findings.flatMap(({ invariant, violations }) => violations.map((violation) => `${invariant}: ${violation}`)),
  ).toEqual([]);
});
