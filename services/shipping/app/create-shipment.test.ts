import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { type OpenShipping, openShipping, reasonOfCall, shipmentWish } from '../harness.ts';

let shipping: OpenShipping;
beforeAll(async () => {
  shipping = await openShipping();
});
afterAll(() => shipping.db.drop());

test('a parcel is made with a tracking number and its event', async () => {
  const wish = shipmentWish();
  const shipment = await shipping.create(wish);
  expect(shipment).toMatchObject({
    orderId: wish.orderId,
    state: 'CREATED',
    address: wish.address,
    weightGrams: 1200n,
  });
  expect(shipment.trackingNumber).toMatch(/^TW\d{9}DE$/);
  expect(await shipping.events(wish.orderId)).toEqual(['ShipmentCreated']);
  expect(await shipping.get(wish.orderId)).toEqual(shipment);
});

test('a repeat returns the first parcel, and another body is refused', async () => {
  const wish = shipmentWish();
  const first = await shipping.create(wish);
  expect(await shipping.create(wish)).toEqual(first);
  expect(await reasonOfCall(shipping.create({ ...wish, requestHash: 'another' }))).toBe('REQUEST_ID_REUSED');
  expect(await shipping.events(wish.orderId)).toEqual(['ShipmentCreated']);
});

test('a repeat is answered as the first was, though the parcel has arrived by now', async () => {
  const wish = shipmentWish();
  const first = await shipping.create(wish);
  await shipping.db.sql`
    update shipment set state = 'DELIVERED', dispatch_time = now(), deliver_time = now() where id = ${first.id}`;
  expect(await shipping.create(wish)).toEqual(first);
});

test('identical calls at the same time make one parcel', async () => {
  const wish = shipmentWish();
  const answers = await Promise.all(Array.from({ length: 12 }, () => shipping.create(wish)));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(await shipping.events(wish.orderId)).toEqual(['ShipmentCreated']);
});

test('an order has one parcel at most that is not cancelled', async () => {
  const wish = shipmentWish();
  const wishes = Array.from({ length: 6 }, () => ({ ...wish, requestId: newId() }));
  const outcomes = await Promise.all(wishes.map((each) => reasonOfCall(shipping.create(each))));
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
  expect(await shipping.events(wish.orderId)).toEqual(['ShipmentCreated']);
});

test('an order whose parcel was cancelled may have another', async () => {
  const wish = shipmentWish();
  await shipping.create(wish);
  await shipping.cancel(wish.requestId, wish.orderId);
  expect(await shipping.get(wish.orderId)).toMatchObject({ state: 'CANCELLED' });
  const second = await shipping.create({ ...wish, requestId: newId() });
  expect(await shipping.get(wish.orderId)).toEqual(second);
});

test('nothing is made for a country that is not served or an address that cannot be right', async () => {
  const wish = shipmentWish();
  const to = (change: object) => ({ ...wish, address: { ...wish.address, ...change } });
  await expect(shipping.create(to({ countryCode: 'AQ' }))).rejects.toMatchObject({
    reason: 'COUNTRY_NOT_SERVED',
    metadata: { country_code: 'AQ' },
  });
  await expect(shipping.create(to({ postalCode: '1' }))).rejects.toMatchObject({
    reason: 'ADDRESS_INVALID',
    metadata: { field: 'postal_code' },
  });
  expect(await reasonOfCall(shipping.get(wish.orderId))).toBe('SHIPMENT_NOT_FOUND');
});
