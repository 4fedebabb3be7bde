import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { authorization, type OpenPayments, openPayments, reasonOfCall } from '../harness.ts';

let payments: OpenPayments;
beforeAll(async () => {
  payments = await openPayments();
});
afterAll(() => payments.db.drop());

test('an authorization that comes after its void is refused and charges nothing', async () => {
  const wish = authorization();
  expect(await payments.void(wish.requestId, wish.orderId)).toBeUndefined();
  expect(await payments.void(wish.requestId, wish.orderId)).toBeUndefined();
  await expect(payments.authorize(wish)).rejects.toMatchObject({
    reason: 'WRONG_STATE',
    metadata: { state: 'VOIDED' },
  });
  expect(await payments.charges(wish.orderId)).toEqual([]);
  expect(await reasonOfCall(payments.get(wish.orderId))).toBe('PAYMENT_NOT_FOUND');
});

test('voiding gives the money up at the provider, publishes once and may be repeated', async () => {
  const { requestId, orderId } = await payments.authorized();
  expect(await payments.void(requestId, orderId)).toMatchObject({ state: 'VOIDED' });
  expect(await payments.void(requestId, orderId)).toMatchObject({ state: 'VOIDED' });
  expect(await payments.charges(orderId)).toMatchObject([{ state: 'VOIDED' }]);
  expect(await payments.events(orderId)).toEqual(['PaymentAuthorized', 'PaymentVoided']);
});

test('a captured payment is not voided', async () => {
  const { requestId, orderId } = await payments.captured();
  await expect(payments.void(requestId, orderId)).rejects.toMatchObject({ metadata: { state: 'CAPTURED' } });
});

test('a voided payment is not captured', async () => {
  const { requestId, orderId, payment } = await payments.authorized();
  await payments.void(requestId, orderId);
  await expect(payments.capture(payment.id)).rejects.toMatchObject({ metadata: { state: 'VOIDED' } });
});

test('a declined payment has nothing to void', async () => {
  const wish = authorization('tok_declined');
  await reasonOfCall(payments.authorize(wish));
  expect(await payments.void(wish.requestId, wish.orderId)).toMatchObject({ state: 'DECLINED' });
});

test('the authorization of one order is not voided for another', async () => {
  const { requestId } = await payments.authorized();
  expect(await reasonOfCall(payments.void(requestId, newId()))).toBe('PAYMENT_NOT_FOUND');
});

test('of a capture and a void at the same time one wins, at the provider as here', async () => {
  for (let round = 0; round < 20; round++) {
    const { requestId, orderId, payment } = await payments.authorized();
    const outcomes = await Promise.all([
      reasonOfCall(payments.capture(payment.id)),
      reasonOfCall(payments.void(requestId, orderId)),
    ]);
    expect(outcomes.toSorted()).toEqual(['WRONG_STATE', 'done']);
    const { state } = await payments.get(orderId);
    expect(await payments.charges(orderId)).toMatchObject([{ state }]);
    expect(await payments.events(orderId)).toHaveLength(2);
  }
});

test('of an authorization and its void at the same time no money stays set aside', async () => {
  for (let round = 0; round < 20; round++) {
    const wish = authorization(round % 2 ? 'tok_visa' : 'tok_duplicate');
    await Promise.all([reasonOfCall(payments.authorize(wish)), payments.void(wish.requestId, wish.orderId)]);
    const open = (await payments.charges(wish.orderId)).filter(({ state }) => state !== 'VOIDED');
    expect(open).toEqual([]);
  }
});
