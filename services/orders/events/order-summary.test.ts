import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startConsumer } from '#chassis/events/consumer.ts';
import { connectNats } from '#chassis/events/nats-broker.ts';
import type { Consumer, EventMeta } from '#chassis/events/subscription.ts';
import { newId } from '#chassis/ids.ts';
import { appendOutbox, outboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import { startRelay } from '#chassis/outbox/relay.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { startNats, type TestNats } from '#chassis/testing/nats.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { ProductPublishedSchema } from '#gen/tradewind/catalog/events/v1/catalog_events_pb.ts';
import { UserErasedSchema, UserRegisteredSchema } from '#gen/tradewind/identity/events/v1/identity_events_pb.ts';
import {
  OrderCancelledSchema,
  OrderConfirmedSchema,
  OrderPlacedSchema,
} from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import type { OrderSummaryStore } from '../app/ports.ts';
import { rebuildOrderSummary } from '../app/rebuild-order-summary.ts';
import { ordersMigrations } from '../orders.ts';
import { orderSummaryStore } from '../store/order-summary-store.ts';
import { orderSummarySubscriptions } from './order-summary.ts';
import { replayStreams } from './replay.ts';

const log = pino({ level: 'silent' });
const total = { units: 10n, nanos: 0, currencyCode: 'EUR' };
let db: TestDatabase;
let nats: TestNats;
let store: OrderSummaryStore;

beforeAll(async () => {
  [db, nats] = await Promise.all([testDatabase([ordersMigrations]), startNats()]);
  store = orderSummaryStore(db);
});
afterAll(async () => {
  await Promise.all([db.drop(), nats.stop()]);
});

/** A story of one order: who bought what, and how it ended. */
function story() {
  const [orderId, userId, productId] = [newId(), newId(), newId()];
  const lines = [{ productId, title: 'old title', quantity: 1n, unitPrice: total }];
  const about = { orderId, userId };
  const rows = [
    outboxRow(UserRegisteredSchema, create(UserRegisteredSchema, { userId, displayName: 'Ada', version: 1n })),
    outboxRow(ProductPublishedSchema, create(ProductPublishedSchema, { productId, title: 'Tent', version: 1n })),
    outboxRow(ProductPublishedSchema, create(ProductPublishedSchema, { productId, title: 'Trail tent', version: 2n })),
    outboxRow(OrderPlacedSchema, create(OrderPlacedSchema, { ...about, version: 1n, lines, total })),
    outboxRow(OrderConfirmedSchema, create(OrderConfirmedSchema, { ...about, version: 3n, lines, total })),
    outboxRow(
      OrderCancelledSchema,
      create(OrderCancelledSchema, { ...about, version: 6n, reason: 'CUSTOMER_REQUEST' }),
    ),
  ];
  return { ...about, productId, rows };
}

const meta = (headers: Record<string, string>): EventMeta => ({
  id: headers['ce-id'] ?? '',
  type: headers['ce-type'] ?? '',
  subject: '',
  time: new Date(headers['ce-time'] ?? 0),
  attempts: 1,
  correlationId: '',
  causationId: undefined,
});

describe('the read model of orders', () => {
  test('ends the same whatever the order and repetition of its events', async () => {
    const subscriptions = new Map(orderSummarySubscriptions(store).map((each) => [each.schema.typeName, each]));
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (luck) => {
        const { rows, orderId, userId } = story();
        const dealt = [...rows, ...rows].map((row) => ({ row, place: luck.next().value ?? 0 }));
        for (const { row } of dealt.sort((one, other) => one.place - other.place)) {
          await subscriptions.get(row.subject)?.handle(row.payload, meta(row.headers));
        }
        expect(await store.list({ userId, limit: 10 })).toMatchObject([
          { orderId, customerName: 'Ada', state: 'CANCELLED', productTitles: ['Trail tent'], total: { units: '10' } },
        ]);
      }),
      { numRuns: 25 },
    );
  });

  test('forgets the name of an erased customer, and does not learn it again from late news', async () => {
    const { userId } = story();
    const subscriptions = new Map(orderSummarySubscriptions(store).map((each) => [each.schema.typeName, each]));
    const rows = [
      outboxRow(UserErasedSchema, create(UserErasedSchema, { userId, version: 2n })),
      outboxRow(UserRegisteredSchema, create(UserRegisteredSchema, { userId, displayName: 'Ada', version: 1n })),
    ];
    for (const row of rows) await subscriptions.get(row.subject)?.handle(row.payload, meta(row.headers));
    const [row] = await db.sql`select name from customer_name where user_id = ${userId}`;
    expect(row?.name).toBe('');
  });

  test('is built anew from the streams while it serves, and misses nothing that happens meanwhile', async () => {
    const broker = await connectNats({ url: nats.url, service: 'test', log });
    const relay = await startRelay({ db, broker, log, service: 'orders' });
    const consumer: Consumer = { name: 'order-summary', subjects: orderSummarySubscriptions(store) };
    const consuming = await startConsumer({ broker, service: 'orders', consumer, log });
    await db.sql`delete from order_summary`;
    const stories = Array.from({ length: 60 }, story);
    const publish = async (rows: typeof stories) => {
      for (const { rows: events } of rows) await appendOutbox(db.sql, events);
      wakeOutbox(db);
    };
    const listed = async () => (await store.list({ limit: 250 })).map((row) => row.orderId).sort();
    await publish(stories.slice(0, 40));
    await eventually(async () => expect(await listed()).toHaveLength(40));

    // Something went wrong with the rows, and the rebuild must mend it.
    await db.sql`update order_summary set state = 'SHIPPED', version = 1000`;
    const replay = replayStreams(() => connectNats({ url: nats.url, service: 'rebuild', log }));
    const rebuild = rebuildOrderSummary(store, () => replay(consumer.subjects));
    let served = Number.POSITIVE_INFINITY;
    const [built] = await Promise.all([
      rebuild(),
      publish(stories.slice(40)),
      (async () => {
        for (let look = 0; look < 20; look++) served = Math.min(served, (await listed()).length);
      })(),
    ]);
    expect(built.events).toBeGreaterThanOrEqual(240);
    expect(served).toBeGreaterThanOrEqual(40);
    await eventually(async () => {
      const rows = await store.list({ limit: 250 });
      expect(rows.map((row) => row.orderId).sort()).toEqual(stories.map((each) => each.orderId).sort());
      expect(new Set(rows.map((row) => row.state))).toEqual(new Set(['CANCELLED']));
      expect(new Set(rows.flatMap((row) => row.productTitles))).toEqual(new Set(['Trail tent']));
    });
    const [old] = await db.sql`select count(*)::int as count from order_summary where generation = 1`;
    expect(old?.count).toBe(0);
    await consuming.stop();
    await relay.stop();
    await broker.close();
  });

  test('a rebuild that another one overtook does not take its place', async () => {
    const first = rebuildOrderSummary(store, async () => {
      await store.begin();
      return 0;
    });
    await expect(first()).rejects.toThrow('CONCURRENT_CHANGE');
  });
});
