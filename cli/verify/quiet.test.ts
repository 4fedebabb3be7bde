import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDatabase } from '#chassis/db/connect.ts';
import { newId } from '#chassis/ids.ts';
import { type Damage, type HealthyShop, healthyShop } from './healthy-shop.fixture.ts';
import { waitUntilQuiet } from './quiet.ts';

let shop: HealthyShop;
beforeAll(async () => {
  shop = await healthyShop();
});
afterAll(() => shop.close());

/** Too short for anything to end by itself. */
const SHORT = 0.3;
const rejection = (damage: Damage) =>
  shop.damaged(damage, (record) =>
    waitUntilQuiet(record, SHORT).then(
      () => 'quiet',
      ({ message }: Error) => message,
    ),
  );

test('a mesh in which orders only wait for stock, a payment put off or a carrier is quiet', async () => {
  await expect(waitUntilQuiet(shop.record, 5)).resolves.toBeUndefined();
});

describe('a mesh is not quiet, and says why, while', () => {
  test('a saga is due', async () => {
    const { backordered } = shop.orders;
    const problem = await rejection({
      orders: (sql) => sql`update saga set wake_at = now() where subject = ${backordered}`,
    });
    expect(problem).toMatch(/^The mesh is not quiet after 0.3 s: orders: sagas checkout .* \(waits for stock\)$/);
  });

  test('a step that failed waits for its next try', async () => {
    const { backordered } = shop.orders;
    const failed = { step: 'reserve stock', outcome: 'failed', time: new Date().toISOString() };
    const problem = await rejection({
      orders: (sql) => sql`
        update saga set problem = 'no answer', history = history || ${sql.json([failed])} where subject = ${backordered}`,
    });
    expect(problem).toMatch(/orders: sagas checkout .* \(no answer\)$/);
  });

  test('an event waits to be published', async () => {
    const row = { id: newId(), subject: 's', aggregate_id: 'a', headers: {} as never, payload: Buffer.of() };
    expect(await rejection({ shipping: (sql) => sql`insert into outbox ${sql(row)}` })).toMatch(
      /shipping: 1 events to be published$/,
    );
  });

  test('a consumer has events before it', async () => {
    const nats = await connect({ servers: shop.record.natsUrl });
    const manager = await nats.jetstreamManager();
    await manager.consumers.add('PAYMENTS', { durable_name: 'orders-sleeper' });
    const problem = await rejection({});
    await manager.consumers.delete('PAYMENTS', 'orders-sleeper');
    await nats.close();
    expect(problem).toMatch(/consumer orders-sleeper: \d+ events before it, 0 in hand$/);
  });

  test('stock is about to be returned', async () => {
    const problem = await rejection({
      inventory: (sql) => sql`update reservation set expire_time = now() where state = 'HELD'`,
    });
    expect(problem).toMatch(/inventory: reservations that end [0-9a-f-]{36}$/);
  });

  test('money is on its way back', async () => {
    const problem = await rejection({ payments: (sql) => sql`update refund set state = 'PENDING'` });
    expect(problem).toMatch(/payments: refunds [0-9a-f-]{36}$/);
  });

  test('money set aside for a payment that was voided is not given up yet', async () => {
    const { confirmed } = shop.orders;
    const problem = await rejection({
      payments: async (sql) => {
        await sql`
          update sandbox.charge set state = 'AUTHORIZED', captured = 0 from payment where key = provider_key and order_id = ${confirmed}`;
        await sql`update payment set state = 'VOIDED', captured = 0, doubt_until = now() where order_id = ${confirmed}`;
      },
    });
    expect(problem).toMatch(/payments: money set aside and to be given up [0-9a-f-]{36}$/);
  });

  test('a mail is to be sent', async () => {
    const { delivered } = shop.orders;
    const problem = await rejection({
      notifications: (sql) => sql`
        update notification set state = 'PENDING', problem = 'no mail server'
        where order_id = ${delivered} and kind = 'ORDER_DELIVERED'`,
    });
    expect(problem).toMatch(/notifications: mails [0-9a-f-]{36} \(no mail server\)$/);
  });
});

test('a mesh is quiet as soon as the last work is done', async () => {
  await shop.damaged(
    { orders: (sql) => sql`update saga set lease_owner = 'somebody' where kind = 'checkout'` },
    async (record) => {
      await expect(waitUntilQuiet(record, SHORT)).rejects.toThrow('orders: sagas');
      const db = connectDatabase({ url: record.databases.orders ?? '', max: 1, service: 'test' });
      await db.sql`update saga set lease_owner = null`;
      await db.close();
      await expect(waitUntilQuiet(record, 5)).resolves.toBeUndefined();
    },
  );
});
