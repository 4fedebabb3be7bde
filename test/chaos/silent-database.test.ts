import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectDatabase, type Database } from '#chassis/db/connect.ts';
import { inTransaction } from '#chassis/db/transaction.ts';
import { startConsumer } from '#chassis/events/consumer.ts';
import { memoryBroker } from '#chassis/events/memory-broker.ts';
import { on } from '#chassis/events/subscription.ts';
import { outboxRow } from '#chassis/outbox/append.ts';
import { campaign } from '#chassis/outbox/leadership.ts';
import { startRelay } from '#chassis/outbox/relay.ts';
import { announce, ShippedSchema, service, shipped } from '#chassis/testing/event-fixture.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { startProxy, type TcpProxy } from './tcp-proxy.ts';

const POOL = 4;
/** The longest limit of a statement, the wait for its cancellation, and the next look. */
const BOUND_MS = 30_000;

let db: TestDatabase;
let way: TcpProxy;
let pool: Database;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  db = await testDatabase([]);
  const url = new URL(db.url);
  way = await startProxy({ host: url.hostname, port: Number(url.port) });
  url.hostname = '127.0.0.1';
  url.port = String(way.port);
  pool = connectDatabase({ url: url.href, max: POOL, service: 'test' });
  cleanups.push(
    () => db.drop(),
    () => way.close(),
    () => pool.close(),
  );
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Opens the whole pool. */
const everyLine = () => Promise.all(Array.from({ length: POOL }, () => pool.sql`select pg_sleep(0.05)`));

/** What was said meanwhile is lost, and what is open stays so in silence: no connection is reset, and none ends by TCP's own rules. */
function goSilent(): { whole(): void } {
  way.drop();
  return { whole: () => way.forget() };
}

test('a consumer goes on when the way to a database that fell silent is whole again, without waiting for TCP', async () => {
  await db.sql`create table parcel (order_id text)`;
  let tries = 0;
  const broker = memoryBroker();
  const handler = on(ShippedSchema, async (event) => {
    tries += 1;
    await inTransaction(pool, (tx) => tx`insert into parcel values (${event.orderId})`);
  });
  await broker.ensureStream({ name: 'ORDERS', subjects: ['tradewind.orders.events.>'], retentionDays: 1 });
  const consumer = { name: 'parcels', subjects: [handler], limitMs: 3000 };
  const started = await startConsumer({ broker, service: 'shipping', consumer, log });
  cleanups.push(() => started.stop());
  await everyLine();

  const silence = goSilent();
  await broker.publish(outboxRow(ShippedSchema, shipped('order', 1)));
  await eventually(() => expect(tries).toBe(1));
  silence.whole();
  await eventually(async () => expect(await db.sql`select * from parcel`).toEqual([{ order_id: 'order' }]), {
    timeoutMs: BOUND_MS,
  });
  expect(await everyLine()).toHaveLength(POOL);
}, 60_000);

test('the relay goes on when the way to a database that fell silent is whole again, without waiting for TCP', async () => {
  const relay = startRelay({ db: pool, broker: memoryBroker(), log, service });
  cleanups.push(() => relay.stop());
  await announce(db, shipped('order', 1));
  const published = async () => (await db.sql`select from outbox where published_at is not null`).length;
  await eventually(async () => expect(await published()).toBe(1));
  await everyLine();

  const silence = goSilent();
  await announce(db, shipped('order', 2));
  silence.whole();
  await eventually(async () => expect(await published()).toBe(2), { timeoutMs: BOUND_MS });
  expect(await everyLine()).toHaveLength(POOL);
}, 60_000);

test('who stands by takes the lead though the way on which it asks fell silent', async () => {
  const asks = { everyMs: 100, onChange: () => undefined };
  const leader = campaign(db, 1, asks);
  await eventually(() => expect(leader.leads()).toBe(true));
  const follower = campaign(pool, 1, asks);
  cleanups.push(() => follower.resign());
  const asked = async () =>
    expect(
      await db.sql`select from pg_stat_activity where application_name = 'leadership' and datname = current_database()`,
    ).toHaveLength(2);
  await eventually(asked);

  goSilent().whole();
  await leader.resign();
  await eventually(() => expect(follower.leads()).toBe(true), { timeoutMs: BOUND_MS });
}, 60_000);
