import { describe, expect, type TestContext, test } from 'vitest';
import { connectDatabase, type Database } from '#chassis/db/connect.ts';
import { databaseQuestion } from '#chassis/db/question.ts';
import { inTransaction } from '#chassis/db/transaction.ts';
import { startConsumer } from '#chassis/events/consumer.ts';
import { deadLetters } from '#chassis/events/dead-letter.ts';
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
const BOUND_MS = 45_000;
const LIMIT = { timeout: 90_000 };

/** A database, and a pool whose way there can fall silent, for one test of several that run. */
interface Silenceable {
  later: TestContext['onTestFinished'];
  db: TestDatabase;
  way: TcpProxy;
  pool: Database;
}

async function silenceable({ onTestFinished: later }: TestContext): Promise<Silenceable> {
  const db = await testDatabase([]);
  const url = new URL(db.url);
  const way = await startProxy({ host: url.hostname, port: Number(url.port) });
  url.hostname = '127.0.0.1';
  url.port = String(way.port);
  const pool = connectDatabase({ url: url.href, max: POOL, service: 'test' });
  later(async () => {
    await pool.close();
    await way.close();
    await db.drop();
  });
  return { later, db, way, pool };
}

/** Opens the whole pool. */
const everyLine = ({ pool }: Silenceable) =>
  Promise.all(Array.from({ length: POOL }, () => pool.sql`select pg_sleep(0.05)`));

/** What was said meanwhile is lost, and what is open stays so in silence: no connection is reset, and none ends by TCP's own rules; unless the way is made anew. */
function goSilent({ way }: Silenceable): { whole(): void; anew(): void } {
  way.drop();
  return { whole: () => way.forget(), anew: () => way.heal() };
}

/** A broker that has one event of the order, and a consumer whose tries are counted. */
async function consume({ later, pool }: Silenceable, limitMs: number, handle: () => Promise<unknown>) {
  const broker = memoryBroker();
  const tries: number[] = [];
  const handler = on(ShippedSchema, async (_, { attempts }) => {
    tries.push(attempts);
    await handle();
  });
  await broker.ensureStream({ name: 'ORDERS', subjects: ['tradewind.orders.events.>'], retentionDays: 1 });
  const consumer = { name: 'parcels', subjects: [handler], limitMs };
  const { stop } = await startConsumer({
    broker,
    service: 'shipping',
    consumer,
    log,
    backOffMs: [5],
    databaseAnswers: databaseQuestion(pool.url, 500),
  });
  later(stop);
  await broker.publish(outboxRow(ShippedSchema, shipped('order', 1)));
  return { tries, dead: () => Array.fromAsync(deadLetters(broker).list()) };
}

// They wait for connections to be given up, and may do so side by side.
describe.concurrent('when the way to a database falls silent', () => {
  test('a consumer goes on as soon as it is whole again, without waiting for TCP', LIMIT, async (context) => {
    const at = await silenceable(context);
    await at.db.sql`create table parcel (order_id text)`;
    await everyLine(at);

    const silence = goSilent(at);
    const store = () => inTransaction(at.pool, (tx) => tx`insert into parcel values ('order')`);
    const { tries } = await consume(at, 3000, store);
    await eventually(() => expect(tries.length).toBeGreaterThan(0));
    silence.whole();
    const stored = async () => expect(await at.db.sql`select * from parcel`).toEqual([{ order_id: 'order' }]);
    await eventually(stored, { timeoutMs: BOUND_MS });
    expect(await everyLine(at)).toHaveLength(POOL);
  });

  test('no event becomes a dead letter for it, however often it is tried', LIMIT, async (context) => {
    const at = await silenceable(context);
    await at.db.sql`create table parcel (order_id text primary key)`;
    await everyLine(at);

    const silence = goSilent(at);
    const { tries, dead } = await consume(
      at,
      1000,
      () => at.pool.sql`insert into parcel values ('order') on conflict do nothing`,
    );
    await eventually(() => expect(tries.length).toBeGreaterThan(5), { timeoutMs: BOUND_MS });
    expect(new Set(tries)).toEqual(new Set([1]));
    silence.anew();
    const stored = async () => expect(await at.db.sql`select * from parcel`).toEqual([{ order_id: 'order' }]);
    await eventually(stored, { timeoutMs: BOUND_MS });
    expect(await dead()).toEqual([]);
  });

  test('the relay goes on as soon as it is whole again, without waiting for TCP', LIMIT, async (context) => {
    const at = await silenceable(context);
    const relay = startRelay({ db: at.pool, broker: memoryBroker(), log, service });
    at.later(() => relay.stop());
    await announce(at.db, shipped('order', 1));
    const published = async () => (await at.db.sql`select from outbox where published_at is not null`).length;
    await eventually(async () => expect(await published()).toBe(1));
    await everyLine(at);

    const silence = goSilent(at);
    await announce(at.db, shipped('order', 2));
    silence.whole();
    await eventually(async () => expect(await published()).toBe(2), { timeoutMs: BOUND_MS });
    expect(await everyLine(at)).toHaveLength(POOL);
  });

  test('who stands by takes the lead all the same', LIMIT, async (context) => {
    const at = await silenceable(context);
    const asks = { everyMs: 100, onChange: () => undefined };
    const leader = campaign(at.db, 1, asks);
    await eventually(() => expect(leader.leads()).toBe(true));
    const follower = campaign(at.pool, 1, asks);
    at.later(() => follower.resign());
    const asked = async () =>
      expect(
        await at.db
          .sql`select from pg_stat_activity where application_name = 'leadership' and datname = current_database()`,
      ).toHaveLength(2);
    await eventually(asked);

    goSilent(at).whole();
    await leader.resign();
    await eventually(() => expect(follower.leads()).toBe(true), { timeoutMs: BOUND_MS });
  });

  test(
    'an event whose own statement has no end in time becomes a dead letter: the database answers others',
    LIMIT,
    async (context) => {
      const at = await silenceable(context);
      const { tries, dead } = await consume(at, 300, () => at.pool.sql`select pg_sleep(60)`);
      await eventually(async () => expect(await dead()).toMatchObject([{ attempts: 5 }]), { timeoutMs: BOUND_MS });
      expect(tries).toEqual([1, 2, 3, 4, 5]);
    },
  );
});
