/** Known of services that commit and then publish: a process that dies between the two has taken an order that nobody hears of. */
import { fromBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRelay } from '#chassis/outbox/relay.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { startNats, type TestNats } from '#chassis/testing/nats.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { OrderPlacedSchema } from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import { brokerAt, type Mesh, openMesh } from './mesh.fixture.ts';

let mesh: Mesh;
let nats: TestNats;
beforeAll(async () => {
  [mesh, nats] = await Promise.all([openMesh(), startNats()]);
});
afterAll(async () => {
  await mesh.close();
  await nats.stop();
});

test('what a process committed and did not live to publish, another one publishes, each event once and in order', async () => {
  const shopper = await mesh.shopper();
  const tent = await mesh.stocked(100);
  const orders = await Promise.all(Array.from({ length: 20 }, () => shopper.place(tent)));
  for (const { id } of orders) await mesh.settles(id, 'completed');

  // The process that took the orders has no relay: it is as if it had died after each commit.
  const heir = mesh.db.orders.another();
  const broker = await brokerAt(nats.url);
  const relay = startRelay({ db: heir, broker, log, service: 'orders' });
  await eventually(async () => {
    const [row] = await heir.sql<{ left: number }[]>`
      select count(*)::int as left from outbox where published_at is null`;
    expect(row?.left).toBe(0);
  });
  const published = await Array.fromAsync(broker.stored('ORDERS', ['tradewind.orders.events.>']));
  await relay.stop();
  await broker.close();

  const toldOf = (orderId: string) =>
    published
      .filter(({ headers }) => headers['ce-subject'] === orderId)
      .map(({ headers }) => headers['ce-type']?.split('.').at(-1));
  expect(orders.map(({ id }) => toldOf(id))).toEqual(orders.map(() => ['OrderPlaced', 'OrderConfirmed']));
  const placed = published.filter(({ headers }) => headers['ce-type'] === OrderPlacedSchema.typeName);
  const named = placed.map(({ payload }) => fromBinary(OrderPlacedSchema, payload).orderId);
  expect(named.sort()).toEqual(orders.map(({ id }) => id).sort());
});

test('an order that was refused leaves nothing to publish', async () => {
  const shopper = await mesh.shopper();
  const count = async () => {
    const [row] = await mesh.db.orders.sql<{ events: number; orders: number }[]>`
      select (select count(*)::int from outbox) as events, (select count(*)::int from orders) as orders`;
    return row;
  };
  const before = await count();
  const outcome = await shopper.place('018f0000-0000-7000-8000-000000000000').catch(() => 'refused');
  expect(outcome).toBe('refused');
  expect(await count()).toEqual(before);
});
