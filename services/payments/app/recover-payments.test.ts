import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { authorization, EUR, type OpenPayments, openPayments, reasonOfCall } from '../harness.ts';
import { type PaymentProvider, ProviderUnavailable } from './ports.ts';

/** A process dies at this point: an error nobody handles, so nothing after it happens. */
class Crash extends Error {}

let crashAt: string | undefined;
let payments: OpenPayments;

/** Dies before or after a chosen action of the provider, once. */
function crashing(provider: PaymentProvider): PaymentProvider {
  const wrap = (name: keyof PaymentProvider) => {
    const action = provider[name] as (...parameters: unknown[]) => Promise<unknown>;
    return async (...parameters: unknown[]) => {
      if (crashAt === `silent ${name}`) throw new ProviderUnavailable();
      dieAt(`before ${name}`);
      const answer = await action(...parameters);
      dieAt(`after ${name}`);
      return answer;
    };
  };
  const names = ['authorize', 'capture', 'void', 'refund'] as const;
  return { ...provider, ...Object.fromEntries(names.map((name) => [name, wrap(name)])) };
}

function dieAt(point: string): void {
  if (crashAt !== point) return;
  crashAt = undefined;
  throw new Crash(point);
}

beforeAll(async () => {
  payments = await openPayments(crashing);
});
beforeEach(() => {
  crashAt = undefined;
});
afterAll(() => payments.db.drop());

test.each(['before authorize', 'after authorize'])(
  'a crash %s is resolved by the repeat, with one charge',
  async (point) => {
    const wish = authorization();
    crashAt = point;
    await expect(payments.authorize(wish)).rejects.toBeInstanceOf(Crash);
    expect(await payments.get(wish.orderId)).toMatchObject({ state: 'PENDING' });
    expect(await payments.authorize(wish)).toMatchObject({ state: 'AUTHORIZED' });
    expect(await payments.charges(wish.orderId)).toHaveLength(1);
    expect(await payments.events(wish.orderId)).toEqual(['PaymentAuthorized']);
  },
);

test('a crash after the charge is resolved by the sweeper when nobody repeats', async () => {
  const wish = authorization();
  crashAt = 'after authorize';
  await expect(payments.authorize(wish)).rejects.toBeInstanceOf(Crash);
  await payments.recoverNow();
  expect(await payments.get(wish.orderId)).toMatchObject({ state: 'AUTHORIZED' });
  expect(await payments.events(wish.orderId)).toEqual(['PaymentAuthorized']);
});

test('a decline nobody heard of is found by the sweeper', async () => {
  const wish = authorization('tok_declined');
  crashAt = 'after authorize';
  await expect(payments.authorize(wish)).rejects.toBeInstanceOf(Crash);
  await payments.recoverNow();
  expect(await payments.get(wish.orderId)).toMatchObject({ state: 'DECLINED', declineCode: 'card_declined' });
});

test('the sweeper leaves alone what the provider has never heard of', async () => {
  const wish = authorization();
  crashAt = 'before authorize';
  await expect(payments.authorize(wish)).rejects.toBeInstanceOf(Crash);
  await payments.recoverNow();
  expect(await payments.get(wish.orderId)).toMatchObject({ state: 'PENDING' });
  expect(await payments.authorize(wish)).toMatchObject({ state: 'AUTHORIZED' });
});

test('the sweeper does not touch a payment before its time', async () => {
  const wish = authorization();
  crashAt = 'after authorize';
  await expect(payments.authorize(wish)).rejects.toBeInstanceOf(Crash);
  expect(await payments.recover()).toBe(0);
  expect(await payments.get(wish.orderId)).toMatchObject({ state: 'PENDING' });
});

test('money charged for a payment that was voided while the provider was silent is given up by the sweeper', async () => {
  const wish = authorization();
  crashAt = 'after authorize';
  await expect(payments.authorize(wish)).rejects.toBeInstanceOf(Crash);
  crashAt = 'silent void';
  expect(await payments.void(wish.requestId, wish.orderId)).toMatchObject({ state: 'VOIDED' });
  expect(await payments.charges(wish.orderId)).toMatchObject([{ state: 'AUTHORIZED' }]);
  crashAt = undefined;
  await payments.recoverNow();
  expect(await payments.charges(wish.orderId)).toMatchObject([{ state: 'VOIDED' }]);
  expect(await payments.recoverNow()).toBe(0);
});

test('a charge that reaches the provider after the void is given up by the sweeper', async () => {
  const wish = authorization();
  crashAt = 'before authorize';
  await expect(payments.authorize(wish)).rejects.toBeInstanceOf(Crash);
  await payments.void(wish.requestId, wish.orderId);
  await payments.recoverNow();
  const [row] = await payments.db.sql<{ provider_key: string }[]>`
    select provider_key from payment where request_id = ${wish.requestId}`;
  await payments.sandbox.authorize({ ...wish, key: row?.provider_key ?? '' });
  await payments.recoverNow();
  expect(await payments.charges(wish.orderId)).toMatchObject([{ state: 'VOIDED' }]);
});

test.each(['before capture', 'after capture'])('a crash %s is resolved by the repeat', async (point) => {
  const { payment, orderId } = await payments.authorized();
  crashAt = point;
  await expect(payments.capture(payment.id)).rejects.toBeInstanceOf(Crash);
  expect(await payments.capture(payment.id)).toMatchObject({ state: 'CAPTURED', capturedNanos: 10n * EUR });
  expect(await payments.capture(payment.id)).toMatchObject({ state: 'CAPTURED' });
  expect(await payments.events(orderId)).toEqual(['PaymentAuthorized', 'PaymentCaptured']);
});

test('a void that comes after a capture nobody wrote down learns of it', async () => {
  const { payment, requestId, orderId } = await payments.authorized();
  crashAt = 'after capture';
  await expect(payments.capture(payment.id)).rejects.toBeInstanceOf(Crash);
  await expect(payments.void(requestId, orderId)).rejects.toMatchObject({ metadata: { state: 'CAPTURED' } });
  expect(await payments.get(orderId)).toMatchObject({ state: 'CAPTURED', capturedNanos: 10n * EUR });
});

test.each(['before void', 'after void'])('a crash %s is resolved by the repeat', async (point) => {
  const { requestId, orderId } = await payments.authorized();
  crashAt = point;
  await expect(payments.void(requestId, orderId)).rejects.toBeInstanceOf(Crash);
  expect(await payments.void(requestId, orderId)).toMatchObject({ state: 'VOIDED' });
  expect(await payments.charges(orderId)).toMatchObject([{ state: 'VOIDED' }]);
});

test.each(['before refund', 'after refund'])('a crash %s is resolved by the repeat or the sweeper', async (point) => {
  for (const resolve of ['repeat', 'sweeper']) {
    const { payment, orderId } = await payments.captured();
    const wish = { requestId: newId(), paymentId: payment.id, amount: undefined, reason: 'broken' };
    crashAt = point;
    await expect(payments.refund(wish)).rejects.toBeInstanceOf(Crash);
    await (resolve === 'repeat' ? payments.refund(wish) : payments.recoverNow());
    expect(await payments.get(orderId)).toMatchObject({ state: 'REFUNDED', refundedNanos: 10n * EUR });
    expect(await payments.charges(orderId)).toMatchObject([{ refunded: '10.000000000' }]);
    expect((await payments.events(orderId)).filter((type) => type === 'PaymentRefunded')).toHaveLength(1);
  }
});

test('a provider that is silent about a capture, a void of held money or a refund is told as such', async () => {
  const { payment, requestId, orderId } = await payments.authorized();
  crashAt = 'silent capture';
  expect(await reasonOfCall(payments.capture(payment.id))).toBe('PROVIDER_UNAVAILABLE');
  crashAt = 'silent void';
  expect(await reasonOfCall(payments.void(requestId, orderId))).toBe('PROVIDER_UNAVAILABLE');
  expect(await payments.get(orderId)).toMatchObject({ state: 'AUTHORIZED' });
});

test('two sweepers never take the same payment', async () => {
  const wishes = Array.from({ length: 10 }, () => authorization());
  for (const wish of wishes) {
    crashAt = 'after authorize';
    await expect(payments.authorize(wish)).rejects.toBeInstanceOf(Crash);
  }
  const due = await payments.db.sql`update payment set doubt_until = now() where doubt_until is not null`;
  const looked = await Promise.all([payments.recover(), payments.recover(), payments.recover()]);
  expect(looked.reduce((sum, count) => sum + count)).toBe(due.count);
  for (const { orderId } of wishes) expect(await payments.events(orderId)).toEqual(['PaymentAuthorized']);
});
