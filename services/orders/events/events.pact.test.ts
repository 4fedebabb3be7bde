import { expect, test } from 'vitest';
import { pactBetween } from '#chassis/testing/pact/consumer.ts';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { ProductPublishedSchema } from '#gen/tradewind/catalog/events/v1/catalog_events_pb.ts';
import {
  UserErasedSchema,
  UserRegisteredSchema,
  UserUpdatedSchema,
} from '#gen/tradewind/identity/events/v1/identity_events_pb.ts';
import { StockReplenishedSchema } from '#gen/tradewind/inventory/events/v1/inventory_events_pb.ts';
import {
  OrderBackorderedSchema,
  OrderCancelledSchema,
  OrderConfirmedSchema,
  OrderDeliveredSchema,
  OrderPlacedSchema,
  OrderShippedSchema,
} from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import {
  ShipmentDeliveredSchema,
  ShipmentDispatchedSchema,
} from '#gen/tradewind/shipping/events/v1/shipping_events_pb.ts';
import { evolve } from '../domain/evolve.ts';
import { samplePlaced } from '../testing/samples.ts';
import { shipmentSubscriptions } from './on-shipment.ts';
import { stockConsumer } from './on-stock-replenished.ts';
import { orderSummarySubscriptions } from './order-summary.ts';

const pacts = {
  orders: pactBetween('orders', 'orders', import.meta.url),
  identity: pactBetween('orders', 'identity', import.meta.url),
  catalog: pactBetween('orders', 'catalog', import.meta.url),
  shipping: pactBetween('orders', 'shipping', import.meta.url),
  inventory: pactBetween('orders', 'inventory', import.meta.url),
};

/** The readers of orders over ports that write down what they are told. */
function readers() {
  const told: unknown[] = [];
  const note = async (...said: unknown[]) => void told.push(...said);
  const confirmed = { ...evolve(undefined, samplePlaced()), state: 'CONFIRMED' as const };
  return {
    told,
    subscriptions: [
      ...orderSummarySubscriptions({ noteOrder: note, noteCustomer: note, noteProduct: note }),
      ...shipmentSubscriptions(async (orderId, decide) => {
        told.push(orderId, decide(confirmed));
        return confirmed;
      }),
      ...stockConsumer({ wake: note, sweep: () => undefined }).subjects,
    ],
  };
}

const about = { orderId: ids.order, userId: ids.user };
const total = { units: 300n, nanos: 0, currencyCode: 'EUR' };
const lines = [{ productId: ids.product, title: 'Trail tent', quantity: 2n, unitPrice: { ...total, units: 150n } }];
const contents = { productIds: [ids.product], total: { units: '300', nanos: 0, currency: 'EUR' } };

test('an order that was placed appears with its contents', async () => {
  const { told, subscriptions } = readers();
  const example = { given: 'a confirmed order', event: { ...about, version: 1n, lines, total } };
  await pacts.orders.event(OrderPlacedSchema, 'tells the contents of an order', example, subscriptions);
  expect(told).toEqual([{ ...about, state: 'PENDING', version: 1n, contents, placedAt: time }]);
});

test('an order that was confirmed is shown so, with its contents', async () => {
  const { told, subscriptions } = readers();
  const example = { given: 'a confirmed order', event: { ...about, version: 3n, lines, total } };
  await pacts.orders.event(OrderConfirmedSchema, 'tells the contents of an order', example, subscriptions);
  expect(told).toEqual([{ ...about, state: 'CONFIRMED', version: 3n, contents }]);
});

test.each([
  ['BACKORDERED', OrderBackorderedSchema, 'a backordered order'],
  ['SHIPPED', OrderShippedSchema, 'a shipped order'],
  ['DELIVERED', OrderDeliveredSchema, 'a delivered order'],
  ['CANCELLED', OrderCancelledSchema, 'a cancelled order'],
] as const)('an order is shown as %s', async (state, schema, given) => {
  const { told, subscriptions } = readers();
  const claim = 'tells whose order it is, and how old the news is';
  await pacts.orders.event<typeof OrderShippedSchema>(
    schema as typeof OrderShippedSchema,
    claim,
    { given, event: { ...about, version: 4n } },
    subscriptions,
  );
  expect(told).toEqual([{ ...about, state, version: 4n }]);
});

test.each([
  ['registered', UserRegisteredSchema, 'a registered user'],
  ['updated', UserUpdatedSchema, 'a user who changed their name'],
] as const)('the name of a user who %s is known', async (_, schema, given) => {
  const { told, subscriptions } = readers();
  await pacts.identity.event<typeof UserUpdatedSchema>(
    schema as typeof UserUpdatedSchema,
    'tells the name of a user',
    { given, event: { userId: ids.user, displayName: 'Ada', version: 2n } },
    subscriptions,
  );
  expect(told).toEqual([ids.user, 'Ada', 2n]);
});

test('the name of an erased user is forgotten', async () => {
  const { told, subscriptions } = readers();
  const example = { given: 'an erased user', event: { userId: ids.user, version: 3n } };
  await pacts.identity.event(UserErasedSchema, 'tells who is to be forgotten', example, subscriptions);
  expect(told).toEqual([ids.user, '', 3n]);
});

test('the title of a published product is known', async () => {
  const { told, subscriptions } = readers();
  const event = { productId: ids.product, title: 'Trail tent', version: 1n };
  const example = { given: 'a published product', event };
  await pacts.catalog.event(ProductPublishedSchema, 'tells the title of a product', example, subscriptions);
  expect(told).toEqual([ids.product, 'Trail tent', 1n]);
});

const parcel = { orderId: ids.order, shipmentId: ids.shipment, trackingNumber: 'TW0000000001' };
const shipped = { type: 'OrderShipped', shipmentId: ids.shipment, trackingNumber: 'TW0000000001' };

test('an order whose parcel is on its way is shipped', async () => {
  const { told, subscriptions } = readers();
  const example = { given: 'a dispatched shipment', event: parcel };
  await pacts.shipping.event(ShipmentDispatchedSchema, 'names order, parcel and its number', example, subscriptions);
  expect(told).toEqual([ids.order, [shipped]]);
});

test('an order whose parcel arrived is delivered', async () => {
  const { told, subscriptions } = readers();
  const example = { given: 'a delivered shipment', event: parcel };
  await pacts.shipping.event(ShipmentDeliveredSchema, 'names order, parcel and its number', example, subscriptions);
  expect(told).toEqual([ids.order, [shipped, { type: 'OrderDelivered' }]]);
});

test('checkouts that wait for a product are woken', async () => {
  const { told, subscriptions } = readers();
  const example = { given: 'a product with 10 pieces', event: { productId: ids.product } };
  await pacts.inventory.event(StockReplenishedSchema, 'names the product', example, subscriptions);
  expect(told).toEqual([ids.product, 'stock', ids.event]);
});

for (const pact of Object.values(pacts)) pact.settled();
