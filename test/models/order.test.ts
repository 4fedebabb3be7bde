import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#chassis/clock.ts';
import type { Database } from '#chassis/db/connect.ts';
import { newId } from '#chassis/ids.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { cancelOrder } from '../../services/orders/app/cancel-order.ts';
import { orderChanges } from '../../services/orders/app/change-order.ts';
import { placeOrder } from '../../services/orders/app/place-order.ts';
import * as wish from '../../services/orders/domain/decide.ts';
import { replay } from '../../services/orders/domain/evolve.ts';
import type { Order } from '../../services/orders/domain/order.ts';
import { announce } from '../../services/orders/events/publish.ts';
import { ordersMigrations } from '../../services/orders/orders.ts';
import { cartStore } from '../../services/orders/store/cart-store.ts';
import { orderStore } from '../../services/orders/store/order-store.ts';
import { address } from '../../services/orders/testing/samples.ts';
import { ENOUGH_MS, explain, operation, roundsOf } from './explained.ts';
import { freshSaga } from './fresh-saga.fixture.ts';
import { ANNOUNCED, cancel, MOMENTS, type Model, place, START, shown } from './order.model.ts';

const RETRY_AT = new Date('2030-01-01T00:00:00Z');

/** The wishes of the real order that the moments stand for. */
const DECISIONS: Record<string, wish.Decision> = {
  'stock reserved': wish.stockReserved('reservation'),
  backordered: wish.backordered(['product']),
  'payment delayed': wish.paymentDelayed(RETRY_AT),
  'confirmed in time': wish.confirmed('payment', true),
  'confirmed too late': wish.confirmed('payment', false),
  'checkout undone': wish.checkoutUndone('PAYMENT_DECLINED'),
  'cancellation refused': wish.cancellationRefused('ALREADY_DISPATCHED'),
  'cancellation done': wish.cancelled(true),
  'shipment created': wish.shipmentCreated('shipment'),
  shipped: wish.shipped('shipment', 'track'),
  delivered: wish.delivered('shipment', 'track'),
};

let db: TestDatabase;
let processes: ReturnType<typeof oneProcess>[];
beforeAll(async () => {
  db = await testDatabase([ordersMigrations]);
  processes = [oneProcess(db), oneProcess(db.another())];
});
afterAll(() => db.drop());

/** Orders in one process: its own pool, and its own memory of recent orders. */
function oneProcess(pool: Database) {
  const store = orderStore(pool);
  const { change, remember } = orderChanges({ store, announce, changed: () => {}, clock: systemClock });
  const price = { units: '10', nanos: 0, currency: 'EUR' };
  const sold = { title: 'Trail tent', price, weightGrams: 900, backorderable: true, published: true };
  return {
    store,
    change,
    place: placeOrder({
      ...{ store, announce, placed: remember, clock: systemClock },
      cart: cartStore(pool),
      catalog: { products: async (ids) => ids.map((id) => ({ id, ...sold })) },
      shipping: { problems: async () => [] },
      checkouts: { create: (orderId) => freshSaga('checkout', orderId), start: () => {} },
    }),
    cancel: cancelOrder({
      ...{ store, change },
      cancellations: { create: ({ id }) => freshSaga('cancellation', id), start: () => {} },
      checkoutAsked: () => {},
    }),
  };
}

/** As a table gives it back: without what is not there. */
const stored = <T>(value: T): T | undefined => value && (JSON.parse(JSON.stringify(value)) as T);

type World = ReturnType<typeof shopper>;

function shopper() {
  const [userId, requestId, productId] = [newId(), newId(), newId()];
  const orderOf = async () => {
    const [row] = await db.sql<{ order_id: string }[]>`
      select order_id from order_request where user_id = ${userId} and request_id = ${requestId}`;
    return row?.order_id;
  };
  const at = (process: number) => processes[process] ?? oneProcess(db);
  const asked = async (act: (orderId: string) => Promise<Order>) => {
    const orderId = await orderOf();
    return orderId ? shown(await act(orderId)) : 'none';
  };
  return {
    async place(process: number, body: string) {
      const request = { userId, requestId, requestHash: Buffer.from(body), paymentToken: 'tok_visa' };
      const items = [{ productId, quantity: 1 }];
      return shown(await at(process).place({ ...request, items, shippingAddress: address }));
    },
    cancel: (process: number) => asked((orderId) => at(process).cancel(orderId, { userId, operator: false })),
    change: (process: number, decide: wish.Decision) => asked((orderId) => at(process).change(orderId, decide)),
    async observe() {
      const orderId = (await orderOf()) ?? newId();
      const [order] = await db.sql<{ data: Order }[]>`select data from orders where id = ${orderId}`;
      const events = await at(0).store.events(orderId, 0);
      const told = await db.sql<{ type: string }[]>`
        select substring(subject from '[^.]+$') as type from outbox where aggregate_id = ${orderId} order by seq`;
      const sagas = await db.sql<{ kind: string; asked: boolean }[]>`
        select kind, cancel_requested as asked from saga where subject = ${orderId}`;
      const { state = '', closing = '', cancellationReason: reason = '' } = order?.data ?? {};
      return {
        ...{ state, closing, reason, history: events.map(({ event }) => event.type) },
        told: told.map(({ type }) => type),
        cancellations: sagas.filter(({ kind }) => kind === 'cancellation').length,
        asked: sagas.some((saga) => saga.asked),
        replayed: isDeepStrictEqual(stored(replay(events)), order?.data),
      };
    },
  };
}

const placing = (at: number, what: string) =>
  operation<Model, World>(`place ${what} in ${at}`, [place(what)], (world) => world.place(at, what));
const deciding = (at: number, name: string) => {
  const moments = [MOMENTS[name] ?? (() => [])];
  return operation<Model, World>(`${name} in ${at}`, moments, (world) =>
    world.change(at, DECISIONS[name] ?? (() => [])),
  );
};
const process = fc.nat({ max: 1 });
const step = fc.oneof(
  fc.tuple(process, fc.constantFrom('this', 'this', 'this', 'that')).map(([at, what]) => placing(at, what)),
  process.map((at) => operation<Model, World>(`cancel in ${at}`, [cancel], (world) => world.cancel(at))),
  {
    weight: 4,
    arbitrary: fc.tuple(process, fc.constantFrom(...Object.keys(MOMENTS))).map(([at, name]) => deciding(at, name)),
  },
);
const prelude = [placing(0, 'this'), deciding(1, 'stock reserved'), deciding(0, 'confirmed in time')];

test('whatever two processes do to an order side by side, some order explains every answer, its history and what was announced', async () => {
  await fc.assert(
    fc.asyncProperty(roundsOf(step, 10, prelude), async (rounds) => {
      const left = await explain(START, shopper(), rounds, {
        real: (world) => world.observe(),
        model: ({ state, closing, reason, history, cancellations, asked }) => ({
          ...{ state, closing, reason, history, told: history.filter((type) => ANNOUNCED.test(type)) },
          ...{ cancellations, asked, replayed: true },
        }),
      });
      expect(left).not.toEqual([]);
    }),
    { numRuns: 150, interruptAfterTimeLimit: ENOUGH_MS },
  );
});
