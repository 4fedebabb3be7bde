import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { defineSaga } from '#chassis/saga/define.ts';
import { startSagaRunner } from '#chassis/saga/runner.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { memoryOrderStore } from '../testing/memory-order-store.ts';
import { changeBy, orderStoreLaws } from '../testing/order-store.laws.ts';
import { sampleItem, sampleOrder } from '../testing/samples.ts';
import { cartStore } from './cart-store.ts';
import { orderStore } from './order-store.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase([new URL('./migrations/', import.meta.url)]);
});
afterAll(() => db.drop());

orderStoreLaws('orders in PostgreSQL', () => orderStore(db));
orderStoreLaws('orders in memory', memoryOrderStore);

const count = async (table: string, column: string, id: string) => {
  const [row] = await db.sql`select count(*)::int as count from ${db.sql(table)} where ${db.sql(column)} = ${id}`;
  return row?.count;
};

describe('placing an order', () => {
  test('stores order, event, announcement, checkout and request together', async () => {
    const placed = sampleOrder();
    await orderStore(db).place(placed);
    const { id } = placed.order;
    expect(await count('orders', 'id', id)).toBe(1);
    expect(await count('order_event', 'order_id', id)).toBe(1);
    expect(await count('outbox', 'aggregate_id', id)).toBe(1);
    expect(await count('saga', 'subject', id)).toBe(1);
    const [box] = await db.sql`select payload, headers from outbox where aggregate_id = ${id}`;
    expect(box?.payload).toEqual(Buffer.from([1, 2, 255]));
    expect(box?.headers).toEqual(placed.outbox.headers);
  });

  test('leases the checkout by the database’s clock, however late that of the process is', async () => {
    const checkout = defineSaga('checkout', [{ name: 'one', do: async () => {} }]);
    const clock = { now: () => new Date(Date.now() - 3_600_000) };
    const log = pino({ level: 'silent' });
    const runner = startSagaRunner({ db, sagas: [checkout], instance: 'late', log, clock });
    await runner.stop(0);
    const placed = sampleOrder();
    await orderStore(db).place({ ...placed, checkout: runner.create(checkout, placed.order.id, {}) });
    const [saga] = await db.sql`select lease_until > now() as leased from saga where subject = ${placed.order.id}`;
    expect(saga?.leased).toBe(true);
  });

  test('stores nothing at all when one part cannot be stored', async () => {
    const placed = sampleOrder();
    const broken = { ...placed, checkout: { ...placed.checkout, id: 'not a uuid' } };
    await expect(orderStore(db).place(broken)).rejects.toThrow('uuid');
    for (const [table, column] of [
      ['orders', 'id'],
      ['order_event', 'order_id'],
      ['order_request', 'order_id'],
    ] as const) {
      expect(await count(table, column, placed.order.id)).toBe(0);
    }
  });

  test('takes what was ordered out of the cart and leaves what was changed meanwhile', async () => {
    const userId = newId();
    const cart = cartStore(db);
    const [ordered, changed] = [newId(), newId()];
    await cart.set(userId, { productId: ordered, quantity: 2 });
    await cart.set(userId, { productId: changed, quantity: 3 });
    const fromCart = [
      { productId: ordered, quantity: 2 },
      { productId: changed, quantity: 1 },
    ];
    await orderStore(db).place({ ...sampleOrder({ userId }), fromCart });
    expect(await cart.read(userId)).toEqual([{ productId: changed, quantity: 3 }]);
  });

  test('by the same request at the same moment stores one order', async () => {
    const [userId, requestId] = [newId(), newId()];
    const tries = Array.from({ length: 10 }, () => orderStore(db).place(sampleOrder({ userId, requestId })));
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
    expect(await count('orders', 'user_id', userId)).toBe(1);
  });
});

describe('the history of an order', () => {
  test('can be neither changed nor removed', async () => {
    await orderStore(db).place(sampleOrder());
    await expect(db.sql`update order_event set type = 'Other'`).rejects.toThrow('append-only');
    await expect(db.sql`delete from order_event`).rejects.toThrow('append-only');
    await expect(db.sql`truncate order_event`).rejects.toThrow('append-only');
  });

  test('refuses a second event of the same version', async () => {
    const { order } = sampleOrder();
    const insert = () => db.sql`
      insert into order_event (order_id, version, type, data, occurred_at) values (${order.id}, 1, 'X', '{}', now())`;
    await insert();
    await expect(insert()).rejects.toThrow('duplicate key');
  });
});

describe('a wish to cancel', () => {
  test('is stored with the order and told to its checkout in one statement', async () => {
    const store = orderStore(db);
    const placed = sampleOrder({ items: [sampleItem()] });
    await store.place(placed);
    const change = changeBy(placed.order, { type: 'OrderCancellationRequested' });
    await store.append({ ...change, cancelSaga: placed.checkout.id });
    const [saga] = await db.sql`select cancel_requested, wakes from saga where id = ${placed.checkout.id}`;
    expect(saga).toEqual({ cancel_requested: true, wakes: 1 });
  });

  test('that comes too late changes neither order nor checkout', async () => {
    const store = orderStore(db);
    const placed = sampleOrder();
    await store.place(placed);
    await store.append(changeBy(placed.order, { type: 'OrderStockReserved', reservationId: newId() }));
    const late = changeBy(placed.order, { type: 'OrderCancellationRequested' });
    const begun = sampleOrder().checkout;
    expect(await store.append({ ...late, cancelSaga: placed.checkout.id, startSaga: begun })).toBe(false);
    const [saga] = await db.sql`select cancel_requested from saga where id = ${placed.checkout.id}`;
    expect(saga?.cancel_requested).toBe(false);
    expect(await count('saga', 'id', begun.id)).toBe(0);
  });
});
