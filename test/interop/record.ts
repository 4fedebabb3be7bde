/**
 * Writes down what the present code leaves in the database of orders when it is stopped in the middle of its work, for later code to go on with:
 * `node test/interop/record.ts > test/interop/recorded/orders-<version>.json`, once per release. `in-flight.test.ts` has today's code take it over.
 */
import postgres from 'postgres';
import type { Database } from '#chassis/db/connect.ts';
import { newId } from '#chassis/ids.ts';
import { startSagaRunner } from '#chassis/saga/runner.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import startTestPostgres from '#chassis/testing/global-setup.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { serve } from '#chassis/testing/serve.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { ordersErrors } from '../../services/orders/errors.ts';
import { buildOrders, ordersMigrations } from '../../services/orders/orders.ts';
import { type FakeWorld, fakeWorld } from '../../services/orders/testing/fake-world.ts';
import { address } from '../../services/orders/testing/samples.ts';
import { type Effect, type Plight, plights, type Recording, writeRecording } from './recording.ts';

const TABLES = ['orders', 'order_event', 'order_request', 'cart_item', 'saga', 'outbox'];
/** Numbers that a table gives by itself. */
const GIVEN = new Set(['seq']);

const clock = { now: () => new Date() };
/** A product for each plight: whoever orders it gets into that. */
const products = new Map<string, Plight>(plights.map((plight) => [newId(), plight]));

const stopPostgres = await startTestPostgres();
const db = await testDatabase([ordersMigrations]);
const { orders, effects } = await getStuck(db);
const time = clock.now().toISOString();
const tables: Recording['tables'] = {};
for (const table of TABLES) tables[table] = await rowsOf(db, table);
const migrations = await db.sql<
  Recording['migrations']
>`select name, checksum from schema_migration order by applied_at`;
const statements = await writtenByOne();
process.stdout.write(writeRecording({ time, migrations: [...migrations], orders, effects, tables, statements }));
await db.drop();
await stopPostgres?.();
process.exit();

/** Places an order for each plight and waits until each is in it. Whoever was at work is left so. */
async function getStuck(database: TestDatabase): Promise<Pick<Recording, 'orders' | 'effects'>> {
  const { world, done } = troubledWorld();
  const shopper = await openOrders(database, world);
  const placed = {} as Recording['orders'];
  for (const [productId, plight] of products) placed[plight] = await shopper.place(productId);
  await eventually(async () => {
    const [row] = await database.sql`
      select count(*)::int as waiting from saga where status = 'completed' or status = 'parked' or attempts > 1 or problem is not null`;
    if (row?.waiting !== plights.length - 1) throw new Error(`${row?.waiting} are where they should be`);
  });
  await shopper.client.cancelOrder({ orderId: placed['being cancelled'] });
  await eventually(async () => {
    const [row] = await database.sql`select 1 from saga where kind = 'cancellation' and attempts > 1`;
    if (!row) throw new Error('the cancellation has not begun');
  });
  return { orders: placed, effects: done };
}

/** The other services, which fail as each plight wants it and remember what they did. */
function troubledWorld() {
  const world = fakeWorld(clock);
  const done: Effect[] = [];
  const plightOf = new Map<string, Plight>();
  const { inventory, payments, shipping } = world;
  const { reserve, commit, release } = inventory;
  const { authorize, capture } = payments;
  const { create, cancel } = shipping;
  const isIn = (id: string, ...among: Plight[]) => among.some((plight) => plightOf.get(id) === plight);
  const fail = () => Promise.reject(new Error('not reachable'));

  for (const productId of products.keys()) world.stock.set(productId, 10);
  inventory.reserve = async (request) => {
    const plight = products.get(request.lines[0]?.productId ?? '') ?? 'confirmed';
    plightOf.set(request.orderId, plight);
    // Its runner is at work to the end, so that its lease stays behind.
    if (plight === 'being reserved') return new Promise(() => {});
    if (plight === 'waiting for stock') world.stock.set(request.lines[0]?.productId ?? '', 0);
    const held = await reserve(request);
    if (held.outcome === 'reserved') done.push({ call: 'reserve', request, id: held.reservationId });
    return held;
  };
  inventory.commit = (id) => {
    done.push({ call: 'commit', id });
    return commit(id);
  };
  inventory.release = (request) => (isIn(request.orderId, 'being undone') ? fail() : release(request));
  payments.authorize = async (request) => {
    if (isIn(request.orderId, 'waiting for its payment')) return { outcome: 'unavailable' };
    if (isIn(request.orderId, 'being undone')) return { outcome: 'declined' };
    const granted = await authorize(request);
    if (granted.outcome !== 'authorized') return granted;
    done.push({ call: 'authorize', request, id: granted.paymentId });
    plightOf.set(granted.paymentId, plightOf.get(request.orderId) ?? 'confirmed');
    return granted;
  };
  payments.capture = (id) => {
    if (isIn(id, 'being captured')) return fail();
    done.push({ call: 'capture', id });
    return capture(id);
  };
  shipping.create = async (request) => {
    if (isIn(request.orderId, 'parked')) return { outcome: 'refused', reason: 'COUNTRY_NOT_SERVED' };
    const made = await create(request);
    if (made.outcome === 'created') done.push({ call: 'create', request, id: made.shipmentId });
    return made;
  };
  shipping.cancel = (request) => (isIn(request.orderId, 'being cancelled') ? fail() : cancel(request));
  return { world, done };
}

/** Orders over a database, and a shopper at its counter. */
async function openOrders(database: Database, world: FakeWorld) {
  const price = { units: '10', nanos: 500_000_000, currency: 'EUR' };
  const built = buildOrders({
    db: database,
    ...world,
    clock,
    catalog: {
      products: async (ids) =>
        ids.map((id) => {
          const backorderable = products.get(id) === 'waiting for stock';
          return { id, title: 'Kettle', price, weightGrams: 900, backorderable, published: true };
        }),
    },
    runSagas: (sagas) => startSagaRunner({ db: database, sagas, instance: 'recorded', log, pollMs: 50 }),
    replay: async () => 0,
    paymentRetryMs: 1_000,
    backorderRetryMs: 1_000,
    budgetMs: 600_000,
  });
  const served = await serve(built.routes, ordersErrors);
  const client = await served.client(OrdersService, { service: 'gateway', user: { id: newId() } });
  return {
    client,
    runner: built.runner,
    async place(productId: string): Promise<string> {
      const items = [{ productId, quantity: 2n }];
      const request = { requestId: newId(), items, shippingAddress: address, paymentToken: 'tok_visa' };
      return (await client.placeOrder(request)).order?.id ?? '';
    },
  };
}

async function rowsOf({ sql }: Database, table: string): Promise<Record<string, unknown>[]> {
  const rows = await sql<
    { row: Record<string, unknown> }[]
  >`select to_jsonb(t) as row from ${sql(table)} as t order by 1`;
  return rows.map(({ row }) => Object.fromEntries(Object.entries(row).filter(([name]) => !GIVEN.has(name))));
}

/** One order from its placing to its cancellation, over one connection, so that the order of statements is that of their effects. */
async function writtenByOne(): Promise<Recording['statements']> {
  const database = await testDatabase([ordersMigrations]);
  const written: Recording['statements'] = [];
  const sql = postgres(database.url, {
    max: 1,
    onnotice: () => {},
    types: { bigint: postgres.BigInt },
    debug: (_, text, parameters) => {
      if (/\b(insert|update|delete)\b/.test(text)) written.push({ text, parameters: [...parameters] });
    },
  });
  const [productId = ''] = products.keys();
  const world = fakeWorld(clock, new Map([[productId, 10]]));
  const { client, runner, place } = await openOrders({ ...database, sql }, world);
  await client.setCartItem({ productId, quantity: 1n });
  const orderId = await place(productId);
  const until = (what: 'shipmentId' | 'cancellationReason') =>
    eventually(async () => {
      const { order } = await client.getOrder({ orderId });
      if (!order?.[what]) throw new Error(`the order has no ${what}`);
    });
  await until('shipmentId');
  await client.cancelOrder({ orderId });
  await until('cancellationReason');
  await runner.stop();
  await sql.end();
  await database.drop();
  return written;
}
