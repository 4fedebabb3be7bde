import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { type OpenShipping, openShipping, reasonOfCall, shipmentWish } from '../harness.ts';

let shipping: OpenShipping;
beforeAll(async () => {
  shipping = await openShipping();
});
afterAll(() => shipping.db.drop());

test('a parcel asked for after its cancellation is not made', async () => {
  const wish = shipmentWish();
  await shipping.cancel(wish.requestId, wish.orderId);
  await shipping.cancel(wish.requestId, wish.orderId);
  expect(await reasonOfCall(shipping.create(wish))).toBe('SHIPMENT_CANCELLED');
  expect(await reasonOfCall(shipping.get(wish.orderId))).toBe('SHIPMENT_NOT_FOUND');
  expect(await shipping.events(wish.orderId)).toEqual([]);
});

test('a cancelled parcel is not dispatched, and asking for it again is refused', async () => {
  const wish = shipmentWish();
  await shipping.create(wish);
  await shipping.cancel(wish.requestId, wish.orderId);
  await shipping.cancel(wish.requestId, wish.orderId);
  await shipping.carrier.dispatchDue(0, 1000);
  expect(await shipping.get(wish.orderId)).toMatchObject({ state: 'CANCELLED' });
  expect(await reasonOfCall(shipping.create(wish))).toBe('SHIPMENT_CANCELLED');
});

test('a parcel the carrier has is not cancelled', async () => {
  const wish = shipmentWish();
  await shipping.create(wish);
  await shipping.carrier.dispatchDue(0, 1000);
  await expect(shipping.cancel(wish.requestId, wish.orderId)).rejects.toMatchObject({
    reason: 'ALREADY_DISPATCHED',
    metadata: { state: 'DISPATCHED' },
  });
});

test('the parcel of one order is not cancelled for another', async () => {
  const wish = shipmentWish();
  await shipping.create(wish);
  expect(await reasonOfCall(shipping.cancel(wish.requestId, newId()))).toBe('SHIPMENT_NOT_FOUND');
  expect(await shipping.get(wish.orderId)).toMatchObject({ state: 'CREATED' });
});

test('of a parcel and its cancellation at the same time no parcel remains', async () => {
  for (let round = 0; round < 20; round++) {
    const wish = shipmentWish();
    await Promise.all([reasonOfCall(shipping.create(wish)), shipping.cancel(wish.requestId, wish.orderId)]);
    const [row] = await shipping.db.sql<{ state: string }[]>`
      select state from shipment where request_id = ${wish.requestId}`;
    expect(row?.state).toBe('CANCELLED');
  }
});

test('of a cancellation and the carrier at the same time one wins, and the answer says which', async () => {
  const replica = shipping.replica();
  for (let round = 0; round < 30; round++) {
    const wish = shipmentWish();
    await shipping.create(wish);
    const [cancelled] = await Promise.all([
      reasonOfCall(shipping.cancel(wish.requestId, wish.orderId)),
      replica.carrier.dispatchDue(0, 1000),
    ]);
    const { state } = await shipping.get(wish.orderId);
    expect(cancelled).toBe(state === 'CANCELLED' ? 'done' : 'ALREADY_DISPATCHED');
    const events = cancelled === 'done' ? ['ShipmentCreated'] : ['ShipmentCreated', 'ShipmentDispatched'];
    await replica.carrier.dispatchDue(0, 1000);
    expect(await shipping.events(wish.orderId)).toEqual(events);
  }
});
