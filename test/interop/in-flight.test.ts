import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConsumer } from '#chassis/events/consumer.ts';
import { connectNats } from '#chassis/events/nats-broker.ts';
import { startRelay } from '#chassis/outbox/relay.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { startNats } from '#chassis/testing/nats.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { CancellationReason, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import type { Order } from '../../services/orders/domain/order.ts';
import { ordersMigrations } from '../../services/orders/orders.ts';
import { orderStore } from '../../services/orders/store/order-store.ts';
import { address } from '../../services/orders/testing/samples.ts';
import { takeOver } from './left-behind.ts';
import { type Plight, plights, readRecording } from './recording.ts';
import { version } from './released.fixture.ts';

const recording = readRecording(version);
let today: Awaited<ReturnType<typeof takeOver>>;
beforeAll(async () => {
  today = await takeOver(recording);
});
afterAll(() => today.close());

async function orderIn(plight: Plight) {
  const { order } = await today.v1.getOrder({ orderId: recording.orders[plight] });
  return { state: order?.state, hasParcel: order?.shipmentId !== '', reason: order?.cancellationReason };
}

const bought = { state: OrderState.CONFIRMED, hasParcel: true, reason: CancellationReason.UNSPECIFIED };
const undone = (reason: CancellationReason, hasParcel: boolean) => ({ state: OrderState.CANCELLED, hasParcel, reason });

const ends: Record<Plight, Awaited<ReturnType<typeof orderIn>>> = {
  'being reserved': bought,
  'waiting for its payment': bought,
  'waiting for stock': bought,
  'being captured': bought,
  'being undone': undone(CancellationReason.PAYMENT_DECLINED, false),
  parked: bought,
  'being cancelled': undone(CancellationReason.CUSTOMER_REQUEST, true),
  confirmed: bought,
};

test(`every order that release ${version} was in the middle of comes to its end today, and none is charged twice`, async () => {
  const { sagas } = await today.operations.listSagas({});
  const parked = sagas.find(({ orderId }) => orderId === recording.orders.parked);
  await today.operations.resumeSaga({ sagaId: parked?.id ?? '' });
  for (const plight of plights) {
    await eventually(async () => expect(await orderIn(plight), plight).toEqual(ends[plight]), { timeoutMs: 20_000 });
  }
  await eventually(async () => {
    const left = (await today.operations.listSagas({})).sagas.filter(({ state }) => state < 3 || state > 4);
    expect(left).toEqual([]);
  });
  expect(today.world.tally()).toEqual({ held: 0, sold: 12, authorized: 0, captured: 6, refunded: 1, parcels: 6 });
  expect(today.world.charges()).toBe(7);
});

test(`an order of release ${version} has its whole history, and is read by both versions`, async () => {
  const orderId = recording.orders.confirmed;
  const { entries } = await today.v2.getOrderHistory({ orderId });
  const types = ['OrderPlaced', 'OrderStockReserved', 'OrderConfirmed', 'OrderShipmentCreated'];
  expect(entries.map(({ type }) => type)).toEqual(types);
  const { order } = await today.v2.getOrder({ orderId });
  expect(order).toMatchObject({ customer: { id: today.userId }, amounts: { total: { units: 21n } } });
});

test(`a request_id that release ${version} knew answers its order today, in both versions`, async () => {
  const orders = new Map(recording.tables.orders?.map(({ id, data }) => [id, data as Order]));
  expect(orders.size).toBe(plights.length);
  for (const { request_id, order_id } of recording.tables.order_request ?? []) {
    const lines = orders.get(order_id)?.items.map(({ productId }) => ({ productId, quantity: 2n }));
    const asked = { requestId: String(request_id), shippingAddress: address, paymentToken: 'tok_visa' };
    expect((await today.v1.placeOrder({ ...asked, items: lines })).order?.id).toBe(order_id);
    expect((await today.v2.placeOrder({ ...asked, lines })).order?.id).toBe(order_id);
  }
});

test(`events that release ${version} had not published yet are published today, and today's read model takes them`, async () => {
  const nats = await startNats();
  const broker = await connectNats({ url: nats.url, service: 'test', log });
  const relay = startRelay({ db: today.db, broker, log, service: 'orders' });
  const consumers = await Promise.all(
    today.orders.consumers.map((consumer) => startConsumer({ broker, service: 'orders', consumer, log })),
  );
  await eventually(async () => {
    const { orders } = await today.v1.listOrders({});
    const listed = Object.fromEntries(orders.map(({ orderId, state }) => [orderId, state]));
    const expected = plights.map((plight) => [recording.orders[plight], ends[plight].state]);
    expect(listed).toEqual(Object.fromEntries(expected));
  });
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  await relay.stop();
  await broker.close();
  await nats.stop();
});

test(`what release ${version} writes still fits today's tables, statement by statement`, async () => {
  const db = await testDatabase([ordersMigrations]);
  const session = await db.sql.reserve();
  for (const { text, parameters } of recording.statements) {
    await session.unsafe(text, parameters as never[], { prepare: true });
  }
  session.release();
  const [row] = await db.sql<{ id: string; user_id: string }[]>`select id, user_id from orders`;
  const order = await orderStore(db).find(row?.id ?? '');
  expect(order).toMatchObject({ state: 'CANCELLED', cancellationReason: 'CUSTOMER_REQUEST', userId: row?.user_id });
  const events = await orderStore(db).events(order?.id ?? '', 0);
  expect(events.map((each) => each.version)).toEqual(events.map((_, place) => place + 1));
  const sagas = await db.sql`select kind, status from saga order by kind`;
  expect([...sagas]).toEqual([
    { kind: 'cancellation', status: 'completed' },
    { kind: 'checkout', status: 'completed' },
  ]);
  await db.drop();
});
