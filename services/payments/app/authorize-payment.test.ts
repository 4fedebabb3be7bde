import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { authorization, EUR, type OpenPayments, openPayments, reasonOfCall } from '../harness.ts';

let payments: OpenPayments;
beforeAll(async () => {
  payments = await openPayments();
});
afterAll(() => payments.db.drop());

test.each(['tok_visa', 'tok_mastercard', 'tok_slow', 'tok_duplicate'])(
  '%s sets the money aside once',
  async (token) => {
    const wish = authorization(token);
    const payment = await payments.authorize(wish);
    expect(payment).toMatchObject({ orderId: wish.orderId, state: 'AUTHORIZED', nanos: 10n * EUR, capturedNanos: 0n });
    expect(await payments.charges(wish.orderId)).toMatchObject([{ state: 'AUTHORIZED', amount: '10.000000000' }]);
    expect(await payments.events(wish.orderId)).toEqual(['PaymentAuthorized']);
  },
);

test.each([
  ['tok_declined', 'card_declined'],
  ['tok_insufficient_funds', 'insufficient_funds'],
])('%s is declined with %s, at every repeat', async (token, declineCode) => {
  const wish = authorization(token);
  const refused = { reason: 'CARD_DECLINED', metadata: { decline_code: declineCode } };
  await expect(payments.authorize(wish)).rejects.toMatchObject(refused);
  await expect(payments.authorize(wish)).rejects.toMatchObject(refused);
  expect(await payments.events(wish.orderId)).toEqual(['PaymentDeclined']);
  expect(await payments.get(wish.orderId)).toMatchObject({ state: 'DECLINED', declineCode });
});

test('tok_error fails at every try and charges nothing', async () => {
  const wish = authorization('tok_error');
  for (let tries = 0; tries < 4; tries++)
    expect(await reasonOfCall(payments.authorize(wish))).toBe('PROVIDER_UNAVAILABLE');
  expect(await payments.charges(wish.orderId)).toEqual([]);
  expect(await payments.get(wish.orderId)).toMatchObject({ state: 'PENDING' });
});

test('tok_flaky fails twice, then is accepted', async () => {
  const wish = authorization('tok_flaky');
  expect(await reasonOfCall(payments.authorize(wish))).toBe('PROVIDER_UNAVAILABLE');
  expect(await reasonOfCall(payments.authorize(wish))).toBe('PROVIDER_UNAVAILABLE');
  expect(await payments.authorize(wish)).toMatchObject({ state: 'AUTHORIZED' });
  expect(await payments.charges(wish.orderId)).toHaveLength(1);
});

test('tok_lost_answer is charged once though its first answer is lost', async () => {
  const wish = authorization('tok_lost_answer');
  expect(await reasonOfCall(payments.authorize(wish))).toBe('PROVIDER_UNAVAILABLE');
  expect(await payments.authorize(wish)).toMatchObject({ state: 'AUTHORIZED' });
  expect(await payments.charges(wish.orderId)).toHaveLength(1);
  expect(await payments.events(wish.orderId)).toEqual(['PaymentAuthorized']);
});

test('an unknown token is refused, at every repeat, and charges nothing', async () => {
  const wish = authorization('tok_made_up');
  expect(await reasonOfCall(payments.authorize(wish))).toBe('UNKNOWN_PAYMENT_TOKEN');
  expect(await reasonOfCall(payments.authorize(wish))).toBe('UNKNOWN_PAYMENT_TOKEN');
  expect(await payments.charges(wish.orderId)).toEqual([]);
});

test('a repeat returns the first payment', async () => {
  const wish = authorization();
  const first = await payments.authorize(wish);
  expect(await payments.authorize(wish)).toEqual(first);
});

test.each([
  ['amount', { nanos: 11n * EUR }],
  ['currency', { currency: 'USD' }],
  ['order', { orderId: newId() }],
  ['payment token', { token: 'tok_mastercard' }],
])('a repeat with another %s is refused', async (_, change) => {
  const wish = authorization();
  await payments.authorize(wish);
  expect(await reasonOfCall(payments.authorize({ ...wish, ...change }))).toBe('REQUEST_ID_REUSED');
});

test('an order with a payment is not paid again', async () => {
  const wish = authorization();
  const { id } = await payments.authorize(wish);
  await expect(payments.authorize({ ...wish, requestId: newId() })).rejects.toMatchObject({
    reason: 'ORDER_ALREADY_PAID',
    metadata: { payment_id: id },
  });
});

test('an order whose card was declined may be paid with another', async () => {
  const wish = authorization('tok_declined');
  await reasonOfCall(payments.authorize(wish));
  const paid = await payments.authorize({ ...wish, requestId: newId(), token: 'tok_visa' });
  expect(await payments.get(wish.orderId)).toEqual(paid);
});

test('identical calls at the same time give one charge, one event and one answer', async () => {
  const wish = authorization();
  const answers = await Promise.all(Array.from({ length: 16 }, () => payments.authorize(wish)));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(await payments.charges(wish.orderId)).toHaveLength(1);
  expect(await payments.events(wish.orderId)).toEqual(['PaymentAuthorized']);
});

test('different requests for one order at the same time give one charge', async () => {
  const wish = authorization();
  const calls = Array.from({ length: 8 }, () => reasonOfCall(payments.authorize({ ...wish, requestId: newId() })));
  const outcomes = await Promise.all(calls);
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'ORDER_ALREADY_PAID')).toHaveLength(7);
  expect(await payments.charges(wish.orderId)).toHaveLength(1);
});

test('the payment token is nowhere in the database', async () => {
  const wish = authorization();
  await payments.authorize(wish);
  const [row] = await payments.db.sql<{ found: boolean }[]>`
    select exists (select from payment where payment::text like '%tok_visa%')
      or exists (select from outbox where outbox::text like '%tok_visa%') as found`;
  expect(row?.found).toBe(false);
});

test('amounts beyond what a float can hold are exact', async () => {
  const nanos = 999_999_999_999n * EUR + 999_999_999n;
  const wish = { ...authorization(), nanos };
  const { id } = await payments.authorize(wish);
  expect((await payments.capture(id)).capturedNanos).toBe(nanos);
  expect(await payments.charges(wish.orderId)).toMatchObject([{ captured: '999999999999.999999999' }]);
});
