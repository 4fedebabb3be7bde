/** Known of shops whose storefront takes the payment when the shopper returns while the provider's webhook takes it too: the card is charged twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import type { PaymentProvider, ProviderAnswer } from '../../services/payments/app/ports.ts';
import { EUR, type OpenPayments, openPayments } from '../../services/payments/harness.ts';

let payments: OpenPayments;
let webhook: (key: string, answer: ProviderAnswer) => Promise<void>;

/** Lets the test be the provider that calls back. */
function callingBack(provider: PaymentProvider): PaymentProvider {
  return {
    ...provider,
    onReport(listener) {
      webhook = listener;
      provider.onReport(listener);
    },
  };
}

beforeAll(async () => {
  payments = await openPayments(callingBack);
});
afterAll(() => payments.db.drop());

test('a storefront and a webhook that both take a payment charge the card once', async () => {
  for (let round = 0; round < 20; round++) {
    const wish = { requestId: newId(), orderId: newId(), nanos: 10n * EUR, currency: 'EUR', token: 'tok_visa' };
    const { id, providerKey } = await payments.authorize(wish);
    await Promise.all([
      payments.capture(id),
      webhook(providerKey, { state: 'CAPTURED' }),
      payments.capture(id),
      webhook(providerKey, { state: 'AUTHORIZED' }),
      payments.authorize(wish),
      webhook(providerKey, { state: 'CAPTURED' }),
    ]);
    expect(await payments.charges(wish.orderId)).toEqual([
      { state: 'CAPTURED', amount: '10.000000000', captured: '10.000000000', refunded: '0.000000000' },
    ]);
    expect(await payments.events(wish.orderId)).toEqual(['PaymentAuthorized', 'PaymentCaptured']);
    expect(await payments.get(wish.orderId)).toMatchObject({ state: 'CAPTURED', capturedNanos: 10n * EUR });
  }
});

test('a second payment of an order, made by whoever holds another request, is refused and charges nothing', async () => {
  const orderId = newId();
  const wishes = Array.from({ length: 8 }, () => ({ requestId: newId(), orderId, nanos: 10n * EUR, currency: 'EUR' }));
  const outcomes = await Promise.allSettled(wishes.map((wish) => payments.authorize({ ...wish, token: 'tok_visa' })));
  const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason.reason] : []));
  expect(refused).toEqual(Array.from({ length: 7 }, () => 'ORDER_ALREADY_PAID'));
  expect(await payments.charges(orderId)).toHaveLength(1);
});
