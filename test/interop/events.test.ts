import { create, type DescMessage, hasOption, toJson } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Broker } from '#chassis/events/broker.ts';
import { startConsumer } from '#chassis/events/consumer.ts';
import { deadLetters } from '#chassis/events/dead-letter.ts';
import { connectNats } from '#chassis/events/nats-broker.ts';
import { streamPlanOf } from '#chassis/events/streams.ts';
import { ownerOf } from '#chassis/events/subject.ts';
import { type Consumer, on } from '#chassis/events/subscription.ts';
import { newId } from '#chassis/ids.ts';
import { outboxRow } from '#chassis/outbox/append.ts';
import { startRelay } from '#chassis/outbox/relay.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { startNats, type TestNats } from '#chassis/testing/nats.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { event as eventPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { openMailbox } from '../../services/notifications/mailbox.fixture.ts';
import { smtpMailer } from '../../services/notifications/mailer.ts';
import { buildNotifications, notificationsMigrations } from '../../services/notifications/notifications.ts';
import { line, openShop, type Shop } from '../../services/orders/testing/shop.ts';
import { contracts } from '../architecture/contracts.ts';
import { generateReleased, message, type ReleasedCode, registry, version } from './released.fixture.ts';
import { sample } from './sample.ts';
import { tomorrow } from './tomorrow.ts';

let nats: TestNats;
let broker: Broker;
let shop: Shop;
let code: ReleasedCode;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  nats = await startNats();
  broker = await connectNats({ url: nats.url, service: 'test', log });
  shop = await openShop();
  code = generateReleased();
  for (const owner of ['orders', 'catalog', 'identity', 'inventory', 'payments', 'shipping', 'notifications']) {
    const plan = await streamPlanOf(owner);
    if (plan) await broker.ensureStream(plan);
  }
  const relay = startRelay({ db: shop.db, broker, log, service: 'orders' });
  ends.push(() => relay.stop());
  for (const consumer of shop.orders.consumers) await start('orders', consumer);
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  code.remove();
  await shop.close();
  await broker.close();
  await nats.stop();
});

async function start(service: string, consumer: Consumer): Promise<void> {
  const { stop } = await startConsumer({ broker, service, consumer, log, backOffMs: [5] });
  ends.push(stop);
}

/** An event as the release's own code makes it. */
async function publishReleased(module: string, name: string, fields: Record<string, unknown>): Promise<void> {
  const generated = await code.load(module);
  const schema = generated[`${name}Schema`] as DescMessage;
  await broker.publish(outboxRow(schema, create(schema, fields)));
}

test(`events that release ${version} tells move today's orders and fill today's read model`, async () => {
  const { id: userId, client } = await shop.shopper();
  const productId = shop.stocked();
  await publishReleased('tradewind/identity/events/v1/identity_events_pb', 'UserRegistered', {
    ...{ userId, displayName: 'Ada Byron', version: 1n },
  });
  await publishReleased('tradewind/catalog/events/v1/catalog_events_pb', 'ProductPublished', {
    ...{ productId, title: 'Kettle', version: 1n },
  });
  const { id: orderId } = await shop.placed(client, [line(productId)]);
  const shipmentId = await eventually(async () => {
    const { order } = await client.getOrder({ orderId });
    expect(order?.shipmentId).not.toBe('');
    return order?.shipmentId ?? '';
  });
  const parcel = { orderId, shipmentId, trackingNumber: 'T1' };
  await publishReleased('tradewind/shipping/events/v1/shipping_events_pb', 'ShipmentDispatched', parcel);
  await publishReleased('tradewind/shipping/events/v1/shipping_events_pb', 'ShipmentDelivered', parcel);
  await eventually(async () => {
    const { orders } = await client.listOrders({});
    expect(orders).toMatchObject([
      { orderId, state: OrderState.DELIVERED, customerName: 'Ada Byron', productTitles: ['Kettle'] },
    ]);
  });
  expect(await Array.fromAsync(deadLetters(broker).list({}))).toEqual([]);
});

test(`an order that release ${version} announced is in today's read model`, async () => {
  const [userId, orderId, productId] = [newId(), newId(), newId()];
  const { client } = await shop.shopper(userId);
  const total = { units: 10n, nanos: 500_000_000, currencyCode: 'EUR' };
  const lines = [{ productId, title: 'Kettle', quantity: 1n, unitPrice: total }];
  const module = 'tradewind/orders/events/v1/orders_events_pb';
  await publishReleased(module, 'OrderPlaced', { orderId, userId, version: 1n, lines, total });
  await publishReleased(module, 'OrderCancelled', { orderId, userId, version: 4n, reason: 'OUT_OF_STOCK' });
  await eventually(async () => {
    const { orders } = await client.listOrders({});
    expect(orders).toMatchObject([{ orderId, state: OrderState.CANCELLED, total }]);
  });
});

test(`today's notifications mail what release ${version} tells of`, async () => {
  const db = await testDatabase([notificationsMigrations]);
  ends.push(() => db.drop());
  const mailbox = await openMailbox();
  const mailer = smtpMailer({ url: mailbox.url, from: 'shop@example.com' });
  const built = buildNotifications({ db, mailer, log, maxAttempts: 3, pauseSeconds: 0, leaseSeconds: 60 });
  for (const consumer of built.consumers) await start('notifications', consumer);
  const senders = await Promise.all(built.background.map((each) => each.start()));
  const [userId, orderId, productId] = [newId(), newId(), newId()];
  await publishReleased('tradewind/identity/events/v1/identity_events_pb', 'UserRegistered', {
    ...{ userId, email: 'ada@example.com', displayName: 'Ada Byron', version: 1n },
  });
  const unitPrice = { units: 10n, nanos: 0, currencyCode: 'EUR' };
  const lines = [{ productId, title: 'Compass', quantity: 1n, unitPrice }];
  await publishReleased('tradewind/orders/events/v1/orders_events_pb', 'OrderConfirmed', {
    ...{ orderId, userId, version: 3n, lines, total: unitPrice },
  });
  await eventually(() => {
    expect(mailbox.mails.map(({ to, text }) => [to?.[0]?.address, text?.includes('Compass')])).toEqual([
      ['ada@example.com', true],
    ]);
  });
  for (const sender of senders) await sender.stop();
  await mailbox.close();
});

test(`consumers of release ${version} take what later services tell, and what they do not know does not stop them`, async () => {
  const own = await startNats();
  onTestFinished(() => own.stop());
  const apart = await connectNats({ url: own.url, service: 'test', log });
  onTestFinished(() => apart.close());
  const seen = new Map<string, unknown>();
  const known = eventsOf(registry);
  const subscriptions = known.map((schema) =>
    on(schema, async (event) => void seen.set(schema.typeName, toJson(schema, event))),
  );
  for (const [owner, subjects] of Map.groupBy(subscriptions, ({ schema }) => ownerOf(schema))) {
    const consumer = { name: owner, subjects };
    const { stop } = await startConsumer({ broker: apart, service: 'released', consumer, log, backOffMs: [5] });
    onTestFinished(stop);
  }
  const isNew = ({ typeName }: DescMessage) => registry.getMessage(typeName) === undefined;
  const told = eventsOf(tomorrow(contracts));
  expect(told.filter(isNew).length).toBeGreaterThan(0);
  // What nobody knows yet comes first, so that it would be in the way.
  for (const schema of [...told.filter(isNew), ...told]) await apart.publish(outboxRow(schema, sample(schema)));
  await eventually(() => expect(seen.size).toBe(known.length));
  for (const schema of known) expect(seen.get(schema.typeName)).toEqual(toJson(schema, sample(schema)));
  expect(await Array.fromAsync(deadLetters(apart).list({}))).toEqual([]);
});

/** The events among some descriptions. */
function eventsOf(types: Iterable<DescMessage | { kind: string }>): DescMessage[] {
  return [...types]
    .filter((type): type is DescMessage => type.kind === 'message')
    .filter((type) => hasOption(type, eventPolicy));
}

test(`what today's orders tell is read by release ${version}`, async () => {
  const told: unknown[] = [];
  const { client } = await shop.shopper();
  const { id: orderId } = await shop.placed(client, [line(shop.stocked(), 3n)]);
  const schema = message('tradewind.orders.events.v1.OrderConfirmed');
  await start('released', {
    name: 'confirmed',
    subjects: [
      on(schema, async (event) => {
        const shown = toJson(schema, event) as { orderId?: string };
        if (shown.orderId === orderId) told.push(shown);
      }),
    ],
  });
  await eventually(() => expect(told).toHaveLength(1));
  expect(told).toMatchObject([
    { orderId, lines: [{ quantity: '3' }], total: { units: '31', nanos: 500_000_000, currencyCode: 'EUR' } },
  ]);
});
