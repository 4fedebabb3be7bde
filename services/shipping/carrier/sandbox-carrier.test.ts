import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '#chassis/testing/eventually.ts';
import { type OpenShipping, openShipping, shipmentWish } from '../harness.ts';
import { carryRound, startCarrier } from './sandbox-carrier.ts';

let shipping: OpenShipping;
beforeAll(async () => {
  shipping = await openShipping();
});
afterAll(() => shipping.db.drop());

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
