import { expect, test } from 'vitest';
import { pactBetween } from '#chassis/testing/pact/consumer.ts';
import { ids } from '#chassis/testing/pact/examples.ts';
import {
  UserErasedSchema,
  UserRegisteredSchema,
  UserUpdatedSchema,
} from '#gen/tradewind/identity/events/v1/identity_events_pb.ts';
import {
  OrderBackorderedSchema,
  OrderCancelledSchema,
  OrderConfirmedSchema,
  OrderDeliveredSchema,
  OrderShippedSchema,
} from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import { orderConsumer } from './on-order.ts';
import { userConsumer } from './on-user.ts';

const orders = pactBetween('notifications', 'orders', import.meta.url);
const identity = pactBetween('notifications', 'identity', import.meta.url);

/** The readers of notifications over ports that write down what they are told. */
function readers() {
  const told: unknown[] = [];
  const note = async (...said: unknown[]) => void told.push(...said);
  const none = async () => undefined;
  const store = { ask: note, find: none, list: async () => [], mute: none };
  const wake = () => undefined;
  const book = { record: note, forget: note };
  return { told, subscriptions: [...orderConsumer(store, wake).subjects, ...userConsumer(book, wake).subjects] };
}

const about = { orderId: ids.order, userId: ids.user };
const asked = { ...about, eventId: ids.event, correlationId: ids.event };

test('a confirmed order is told with what was bought and for how much', async () => {
  const { told, subscriptions } = readers();
  const unitPrice = { units: 150n, nanos: 0, currencyCode: 'EUR' };
  const lines = [{ productId: ids.product, title: 'Trail tent', quantity: 2n, unitPrice }];
  const event = { ...about, lines, total: { ...unitPrice, units: 300n } };
  const claim = 'tells what was bought and for how much';
  await orders.event(OrderConfirmedSchema, claim, { given: 'a confirmed order', event }, subscriptions);
  const facts = { lines: [{ title: 'Trail tent', quantity: '2' }], total: '300.00 EUR' };
  expect(told).toEqual([{ ...asked, kind: 'ORDER_CONFIRMED', facts }]);
});

test.each([
  ['ORDER_BACKORDERED', OrderBackorderedSchema, 'a backordered order'],
  ['ORDER_DELIVERED', OrderDeliveredSchema, 'a delivered order'],
] as const)('%s is told', async (kind, schema, given) => {
  const { told, subscriptions } = readers();
  await orders.event<typeof OrderDeliveredSchema>(
    schema as typeof OrderDeliveredSchema,
    'tells whose order it is',
    { given, event: about },
    subscriptions,
  );
  expect(told).toEqual([{ ...asked, kind, facts: {} }]);
});

test('a shipped order is told with the number of its parcel', async () => {
  const { told, subscriptions } = readers();
  const example = { given: 'a shipped order', event: { ...about, trackingNumber: 'TW0000000001' } };
  await orders.event(OrderShippedSchema, 'tells the number of the parcel', example, subscriptions);
  expect(told).toEqual([{ ...asked, kind: 'ORDER_SHIPPED', facts: { trackingNumber: 'TW0000000001' } }]);
});

test('a cancelled order is told with the reason and whether money was returned', async () => {
  const { told, subscriptions } = readers();
  const why = { reason: 'CUSTOMER_REQUEST', refunded: true };
  const example = { given: 'a cancelled order', event: { ...about, ...why } };
  await orders.event(OrderCancelledSchema, 'tells the reason and whether money was returned', example, subscriptions);
  expect(told).toEqual([{ ...asked, kind: 'ORDER_CANCELLED', facts: why }]);
});

const ada = { userId: ids.user, email: 'ada@example.org', displayName: 'Ada', version: 2n };

test.each([
  ['registered', UserRegisteredSchema, 'a registered user'],
  ['updated', UserUpdatedSchema, 'a user who changed their name'],
] as const)('the address of a user who %s is noted', async (_, schema, given) => {
  const { told, subscriptions } = readers();
  await identity.event<typeof UserUpdatedSchema>(
    schema as typeof UserUpdatedSchema,
    'tells name and address of a user',
    { given, event: ada },
    subscriptions,
  );
  expect(told).toMatchObject([ada]);
});

test('an erased user is forgotten', async () => {
  const { told, subscriptions } = readers();
  const example = { given: 'an erased user', event: { userId: ids.user, version: 3n } };
  await identity.event(UserErasedSchema, 'tells who is to be forgotten', example, subscriptions);
  expect(told).toEqual([ids.user, 3n]);
});

for (const pact of [orders, identity]) pact.settled();
