import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInCall } from '#chassis/rpc/call.ts';
import { startTelemetry, withSpan } from '#chassis/telemetry.ts';
import { callAs } from '#chassis/testing/call.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { type OpenShipping, openShipping, shipmentWish } from '../harness.ts';
import { carryRound, startCarrier } from './sandbox-carrier.ts';

let shipping: OpenShipping;
let telemetry: Awaited<ReturnType<typeof startTelemetry>>;
beforeAll(async () => {
  telemetry = await startTelemetry({ service: 'shipping', version: '0' });
  shipping = await openShipping();
});
afterAll(async () => {
  await shipping.db.drop();
  await telemetry.shutdown();
});

const AT_ONCE = { dispatchSeconds: 0, deliverySeconds: 0 };

test('a parcel is not touched before its time', async () => {
  const wish = shipmentWish();
  await shipping.create(wish);
  await carryRound(shipping.carrier, { dispatchSeconds: 60, deliverySeconds: 60 });
  expect(await shipping.get(wish.orderId)).toMatchObject({ state: 'CREATED' });
  await carryRound(shipping.carrier, { dispatchSeconds: 0, deliverySeconds: 60 });
  expect(await shipping.get(wish.orderId)).toMatchObject({ state: 'DISPATCHED', deliverTime: null });
});

test('a parcel is taken, then delivered, each with its time and event', async () => {
  const wish = shipmentWish();
  await shipping.create(wish);
  await carryRound(shipping.carrier, AT_ONCE);
  const shipment = await shipping.get(wish.orderId);
  expect(shipment).toMatchObject({ state: 'DELIVERED', dispatchTime: expect.any(Date), deliverTime: expect.any(Date) });
  expect(await shipping.events(wish.orderId)).toEqual(['ShipmentCreated', 'ShipmentDispatched', 'ShipmentDelivered']);
});

test('what becomes of a parcel belongs to the request that made it: same correlation, same trace, each event caused by the one before', async () => {
  const call = callAs({ service: 'orders' }, ShippingService.method.createShipment);
  const wish = shipmentWish();
  const trace = await withSpan('checkout', {}, async (span) => {
    await runInCall(call, () => shipping.create(wish));
    return span.spanContext().traceId;
  });
  await carryRound(shipping.carrier, AT_ONCE);
  const [created, dispatched, delivered] = await shipping.headers(wish.orderId);
  for (const headers of [created, dispatched, delivered]) {
    expect(headers?.['ce-correlationid']).toBe(call.correlationId);
    expect(headers?.traceparent?.split('-')[1]).toBe(trace);
  }
  expect(dispatched?.['ce-causationid']).toBe(created?.['ce-id']);
  expect(delivered?.['ce-causationid']).toBe(dispatched?.['ce-id']);
});

test('a parcel made before its story was kept is carried all the same', async () => {
  const wish = shipmentWish();
  await shipping.create(wish);
  await shipping.db.sql`
    update shipment set correlation = null, traceparent = null, last_event_id = null where order_id = ${wish.orderId}`;
  await carryRound(shipping.carrier, AT_ONCE);
  expect(await shipping.events(wish.orderId)).toEqual(['ShipmentCreated', 'ShipmentDispatched', 'ShipmentDelivered']);
});

test('carriers side by side move each parcel once, more than one batch of them', async () => {
  const wishes = Array.from({ length: 250 }, shipmentWish);
  await Promise.all(wishes.map((wish) => shipping.create(wish)));
  const carriers = [shipping.carrier, shipping.replica().carrier, shipping.replica().carrier];
  await Promise.all(carriers.map((carrier) => carryRound(carrier, AT_ONCE)));
  await carryRound(shipping.carrier, AT_ONCE);
  const orders = wishes.map(({ orderId }) => orderId);
  const counts = await shipping.db.sql<{ events: number; types: number }[]>`
    select count(*)::int as events, count(distinct subject)::int as types from outbox
    where aggregate_id = any(${orders}) group by aggregate_id`;
  expect(counts).toHaveLength(250);
  expect(counts.every(({ events, types }) => events === 3 && types === 3)).toBe(true);
});

test('the worker carries parcels made after it started, and stops', async () => {
  const log = pino({ level: 'silent' });
  const worker = startCarrier(shipping.carrier, { ...AT_ONCE, intervalMs: 10, log });
  try {
    const wish = shipmentWish();
    await shipping.create(wish);
    await eventually(async () => expect(await shipping.get(wish.orderId)).toMatchObject({ state: 'DELIVERED' }));
  } finally {
    await worker.stop();
  }
});
