import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { EUR, type OpenPayments, openPayments, reasonOfCall } from '../harness.ts';

let payments: OpenPayments;
beforeAll(async () => {
  payments = await openPayments();
});
afterAll(() => payments.db.drop());

function wishOf(paymentId: string, euros?: bigint) {
  const amount = euros === undefined ? undefined : { nanos: euros * EUR, currency: 'EUR' };
  return { requestId: newId(), paymentId, amount, reason: 'broken' };
}

test('parts are given back until nothing is left', async () => {
  const { payment, orderId } = await payments.captured();
  expect(await payments.refund(wishOf(payment.id, 4n))).toMatchObject({ state: 'CAPTURED', refundedNanos: 4n * EUR });
  expect(await payments.refund(wishOf(payment.id))).toMatchObject({ state: 'REFUNDED', refundedNanos: 10n * EUR });
  expect(await payments.charges(orderId)).toMatchObject([{ refunded: '10.000000000' }]);
  await expect(payments.refund(wishOf(payment.id, 1n))).rejects.toMatchObject({ metadata: { state: 'REFUNDED' } });
});

test('a refund larger than what is left is refused with what is left', async () => {
  const { payment } = await payments.captured();
  await payments.refund(wishOf(payment.id, 4n));
  await expect(payments.refund(wishOf(payment.id, 7n))).rejects.toMatchObject({
    reason: 'REFUND_TOO_LARGE',
    metadata: { refundable: '6.00 EUR' },
  });
});

test('money of another currency is not given back', async () => {
  const { payment } = await payments.captured();
  const wish = { ...wishOf(payment.id), amount: { nanos: EUR, currency: 'USD' } };
  expect(await reasonOfCall(payments.refund(wish))).toBe('REFUND_TOO_LARGE');
});

test('only captured money is given back', async () => {
  const { payment } = await payments.authorized();
  expect(await reasonOfCall(payments.refund(wishOf(payment.id)))).toBe('WRONG_STATE');
  expect(await reasonOfCall(payments.refund(wishOf(newId())))).toBe('PAYMENT_NOT_FOUND');
});

test('a repeat gives nothing more back, and another body is refused', async () => {
  const { payment, orderId } = await payments.captured();
  const wish = wishOf(payment.id, 10n);
  const first = await payments.refund(wish);
  expect(await payments.refund(wish)).toEqual(first);
  expect(await reasonOfCall(payments.refund({ ...wish, reason: 'late' }))).toBe('REQUEST_ID_REUSED');
  expect(await payments.events(orderId)).toEqual(['PaymentAuthorized', 'PaymentCaptured', 'PaymentRefunded']);
});

test('identical refunds at the same time give the money back once', async () => {
  const { payment, orderId } = await payments.captured();
  const wish = wishOf(payment.id, 3n);
  const answers = await Promise.all(Array.from({ length: 12 }, () => payments.refund(wish)));
  expect(new Set(answers.map(({ refundedNanos }) => refundedNanos))).toEqual(new Set([3n * EUR]));
  expect(await payments.charges(orderId)).toMatchObject([{ refunded: '3.000000000' }]);
});

test('refunds at the same time never pass what was captured, and each event names its own total', async () => {
  const { payment, orderId } = await payments.captured();
  const wishes = Array.from({ length: 10 }, () => wishOf(payment.id, 3n));
  const outcomes = await Promise.all(wishes.map((wish) => reasonOfCall(payments.refund(wish))));
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(3);
  expect(outcomes.filter((outcome) => outcome === 'REFUND_TOO_LARGE')).toHaveLength(7);
  expect(await payments.get(orderId)).toMatchObject({ refundedNanos: 9n * EUR, claimedNanos: 9n * EUR });
  expect(await payments.charges(orderId)).toMatchObject([{ refunded: '9.000000000' }]);
  expect((await payments.events(orderId)).filter((type) => type === 'PaymentRefunded')).toHaveLength(3);
});

test('of refunds of all at the same time one gets it', async () => {
  const { payment } = await payments.captured();
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, () => reasonOfCall(payments.refund(wishOf(payment.id)))),
  );
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
});

test('a refund that is faster than its capture is told to wait for it, not that it asks for too much', async () => {
  for (let round = 0; round < 20; round++) {
    const { payment } = await payments.authorized();
    const [captured, refunded] = await Promise.all([
      reasonOfCall(payments.capture(payment.id)),
      reasonOfCall(payments.refund(wishOf(payment.id, 3n))),
    ]);
    expect(captured).toBe('done');
    expect(['done', 'WRONG_STATE']).toContain(refunded);
  }
});
