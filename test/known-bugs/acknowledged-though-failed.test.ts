/** Known of consumers that acknowledge a message when they receive it, or in a `finally`: a handler that throws has lost it for good. */
import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConsumer } from '#chassis/events/consumer.ts';
import { deadLetters } from '#chassis/events/dead-letter.ts';
import { newId } from '#chassis/ids.ts';
import { outboxRow } from '#chassis/outbox/append.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { startNats, type TestNats } from '#chassis/testing/nats.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { ShipmentDispatchedSchema } from '#gen/tradewind/shipping/events/v1/shipping_events_pb.ts';
import { brokerAt, type Mesh, openMesh } from './mesh.fixture.ts';
import { ensureStreamsOf } from './streams.fixture.ts';

let mesh: Mesh;
let nats: TestNats;
let broker: Awaited<ReturnType<typeof brokerAt>>;
beforeAll(async () => {
  [mesh, nats] = await Promise.all([openMesh(), startNats()]);
  broker = await brokerAt(nats.url);
  await ensureStreamsOf(broker, 'shipping');
  // Storing a parcel's journey fails until it is repaired; a sequence counts the tries, for it keeps what a failed transaction did.
  await mesh.db.orders.sql.unsafe(`
    create sequence tries;
    create function fail_shipped() returns trigger language plpgsql as $$
    begin
      if new.state = 'SHIPPED' then perform nextval('tries'); raise exception 'the disk is full'; end if;
      return new;
    end $$;`);
});
afterAll(async () => {
  await mesh.close();
  await broker.close();
  await nats.stop();
});

const broken = (yes: boolean) =>
  mesh.db.orders.sql.unsafe(
    yes
      ? 'create trigger fail_shipped before update on orders for each row execute function fail_shipped()'
      : 'drop trigger fail_shipped on orders',
  );

async function tries(): Promise<number> {
  const [row] = await mesh.db.orders.sql<{ tries: number }[]>`
    select (case when is_called then last_value else 0 end)::int as tries from tries`;
  return row?.tries ?? 0;
}

/** Orders' own consumer of shipments, in a process of its own. */
async function following(backOffMs: number[]) {
  const consumer = mesh.shop.consumers.find(({ name }) => name === 'shipments');
  if (!consumer) throw new Error('orders follows no shipments');
  return startConsumer({ broker, service: 'orders', consumer, log, backOffMs });
}

async function dispatched() {
  const shopper = await mesh.shopper();
  const { id: orderId } = await shopper.place(await mesh.stocked(1));
  await mesh.settles(orderId, 'completed');
  const news = { orderId, shipmentId: newId(), trackingNumber: 'TW1' };
  const { payload, headers, id, subject } = outboxRow(ShipmentDispatchedSchema, create(ShipmentDispatchedSchema, news));
  await broker.publish({ id, subject, headers, payload });
  return { orderId, shopper };
}

test('a message whose handler threw is handed out again, also to the process that comes after', async () => {
  await broken(true);
  const before = await tries();
  const first = await following([60_000]);
  const { orderId, shopper } = await dispatched();
  await eventually(async () => expect(await tries()).toBeGreaterThan(before));
  await first.stop();
  expect(await shopper.stateOf(orderId)).toBe('CONFIRMED');

  await broken(false);
  const second = await following([5]);
  await shopper.reaches(orderId, 'SHIPPED');
  await second.stop();
});

test('a message whose handler throws every time is kept with the dead letters, and applied when it is replayed', async () => {
  await broken(true);
  const consuming = await following([5]);
  const { orderId, shopper } = await dispatched();
  const letter = await eventually(async () => {
    const [found] = (await Array.fromAsync(deadLetters(broker).list())).filter(({ subject }) => subject === orderId);
    if (!found) throw new Error('no dead letter yet');
    return found;
  });
  expect(letter).toMatchObject({ type: ShipmentDispatchedSchema.typeName, attempts: 5 });
  expect(letter.error).toContain('the disk is full');

  await broken(false);
  await deadLetters(broker).replay(letter.sequence);
  await shopper.reaches(orderId, 'SHIPPED');
  await consuming.stop();
});
