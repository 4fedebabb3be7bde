/** The database of orders as the last release left it, brought up to date, and today's orders over it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Clock } from '#chassis/clock.ts';
import { migrate } from '#chassis/db/migrate.ts';
import { startSagaRunner } from '#chassis/saga/runner.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { serve } from '#chassis/testing/serve.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { OrdersService as OrdersServiceV2 } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { ordersErrors } from '../../services/orders/errors.ts';
import { buildOrders, ordersMigrations } from '../../services/orders/orders.ts';
import { type FakeWorld, fakeWorld } from '../../services/orders/testing/fake-world.ts';
import type { Recording } from './recording.ts';

/** A database with the release's tables and rows, on which today's migrations then ran. */
async function databaseLeft({ migrations, tables }: Recording): Promise<TestDatabase> {
  const db = await testDatabase([]);
  await db.sql.unsafe('drop schema public cascade; create schema public');
  await db.sql`create table schema_migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())`;
  const texts = await migrationTexts();
  for (const { name, checksum } of migrations) {
    const text = texts.get(checksum);
    if (!text) throw new Error(`the release ran ${name}, which is gone or was changed since`);
    await db.sql.unsafe(text);
    await db.sql`insert into schema_migration (name, checksum) values (${name}, ${checksum})`;
  }
  for (const [table, rows] of Object.entries(tables)) {
    const columns = db.sql(Object.keys(rows[0] ?? {}));
    if (rows.length === 0) continue;
    await db.sql`
      insert into ${db.sql(table)} (${columns})
      select ${columns} from jsonb_populate_recordset(null::${db.sql(table)}, ${db.sql.json(rows as never)})`;
  }
  await migrate(db, ordersMigrations);
  return db;
}

/** Every migration there is, by its hash. */
async function migrationTexts(): Promise<Map<string, string>> {
  const cwd = fileURLToPath(new URL('../../services/', import.meta.url));
  const texts = new Map<string, string>();
  for await (const path of glob('{chassis,orders}/**/*.sql', { cwd })) {
    const text = readFileSync(`${cwd}${path}`, 'utf8');
    texts.set(createHash('sha256').update(text).digest('hex'), text);
  }
  return texts;
}

/** The other services as the release left them: what they had done is done again, and known under the id it had. */
async function worldLeft({ effects, tables }: Recording, clock: Clock): Promise<FakeWorld> {
  const products = (tables.orders ?? []).flatMap(({ data }) => (data as { items: { productId: string }[] }).items);
  const world = fakeWorld(clock, new Map(products.map(({ productId }) => [productId, 10])));
  const { reserve, commit } = world.inventory;
  const { authorize, capture } = world.payments;
  const known = new Map<string, string>();
  const ours = (id: string) => known.get(id) ?? id;
  world.inventory.commit = (id) => commit(ours(id));
  world.payments.capture = (id) => capture(ours(id));
  for (const effect of effects) {
    if (effect.call === 'reserve') {
      const held = await reserve(effect.request);
      if (held.outcome === 'reserved') known.set(effect.id, held.reservationId);
    } else if (effect.call === 'authorize') {
      const granted = await authorize(effect.request);
      if (granted.outcome === 'authorized') known.set(effect.id, granted.paymentId);
    } else if (effect.call === 'create') {
      await world.shipping.create(effect.request);
    } else if (effect.call === 'commit') {
      await world.inventory.commit(effect.id);
    } else {
      await world.payments.capture(effect.id);
    }
  }
  return world;
}

/** Today's orders over what the release left. Its clock goes on from when the release was stopped. */
export async function takeOver(recording: Recording) {
  const db = await databaseLeft(recording);
  const began = Date.now();
  const clock = { now: () => new Date(Date.parse(recording.time) + Date.now() - began) };
  const world = await worldLeft(recording, clock);
  const orders = buildOrders({
    db,
    ...world,
    clock,
    catalog: { products: async () => [] },
    runSagas: (sagas) => startSagaRunner({ db, sagas, instance: 'today', log, clock, pollMs: 50 }),
    replay: async () => 0,
    paymentRetryMs: 1_000,
    backorderRetryMs: 1_000,
    budgetMs: 600_000,
  });
  const served = await serve(orders.routes, ordersErrors);
  const userId = String(recording.tables.orders?.[0]?.user_id);
  const shopper = { service: 'gateway', user: { id: userId } };
  const operator = { service: 'gateway', user: { id: userId, roles: ['OPERATOR'] } };
  return {
    db,
    world,
    orders,
    userId,
    v1: await served.client(OrdersService, shopper),
    v2: await served.client(OrdersServiceV2, shopper),
    operations: await served.client(OrdersOperationsService, operator),
    async close() {
      await served.stop();
      await orders.runner.stop(1_000);
      orders.stop();
      await db.drop();
    },
  };
}
