import { Code, createClient, type Transport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { pactBetween } from '#chassis/testing/pact/consumer.ts';
import { ids } from '#chassis/testing/pact/examples.ts';
import { PaymentState } from '#gen/tradewind/payments/v1/payments_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { paymentsClient } from './payments.ts';

const pact = pactBetween('orders', 'payments', import.meta.url);
const { authorizePayment, capturePayment, voidPayment, refundPayment, getPayment } = PaymentsService.method;
const domain = 'payments.tradewind';
const payments = (transport: Transport) => paymentsClient(createClient(PaymentsService, transport));

const amount = { units: 10n, nanos: 500_000_000, currencyCode: 'EUR' };
const wish = {
  requestId: ids.request,
  orderId: ids.order,
  amount: { units: '10', nanos: 500_000_000, currency: 'EUR' },
};
const paymentOf = (state: PaymentState) => ({ payment: { id: ids.payment, state } });
const undone = { requestId: ids.request, orderId: ids.order };

/** Authorizes with a card of the sandbox. */
const authorizing = (paymentToken: string) => ({ requestId: ids.request, orderId: ids.order, amount, paymentToken });

test('money is set aside', async () => {
  const example = {
    given: 'no payments',
    request: authorizing('tok_visa'),
    answer: paymentOf(PaymentState.AUTHORIZED),
  };
  const authorized = await pact.call(authorizePayment, 'money is set aside', example, (to) =>
    payments(to).authorize({ ...wish, paymentToken: 'tok_visa' }),
  );
  expect(authorized).toEqual({ outcome: 'authorized', paymentId: ids.payment });
});

const declined = {
  code: Code.FailedPrecondition,
  reason: 'CARD_DECLINED',
  metadata: { decline_code: 'card_declined', payment_id: ids.payment },
};

test.each([
  ['a declined card', 'no payments', 'tok_declined', 'declined', declined],
  [
    'a card nobody knows',
    'no payments',
    'tok_nobodys',
    'declined',
    { code: Code.FailedPrecondition, reason: 'UNKNOWN_PAYMENT_TOKEN' },
  ],
  [
    'a payment voided before it came',
    'a payment voided before it was made',
    'tok_visa',
    'declined',
    { code: Code.FailedPrecondition, reason: 'WRONG_STATE', metadata: { state: 'VOIDED' } },
  ],
  [
    'a card whose provider fails',
    'no payments',
    'tok_error',
    'unavailable',
    { code: Code.Unavailable, reason: 'PROVIDER_UNAVAILABLE' },
  ],
])('%s is refused', async (what, given, paymentToken, outcome, refusal) => {
  const example = { given, request: authorizing(paymentToken), refusal: { ...refusal, domain } };
  const authorized = await pact.call(authorizePayment, `${what} is refused`, example, (to) =>
    payments(to).authorize({ ...wish, paymentToken }),
  );
  expect(authorized).toEqual({ outcome });
});

test('money set aside is taken', async () => {
  const request = { paymentId: ids.payment };
  const example = { given: 'an authorized payment', request, answer: paymentOf(PaymentState.CAPTURED) };
  const taken = pact.call(capturePayment, 'money set aside is taken', example, (to) =>
    payments(to).capture(ids.payment),
  );
  await expect(taken).resolves.toBeUndefined();
});

test('money set aside is given up by the request that asked for it', async () => {
  const example = {
    given: 'an authorized payment',
    request: { authorizeRequestId: ids.request, orderId: ids.order },
    answer: paymentOf(PaymentState.VOIDED),
  };
  const given = pact.call(voidPayment, 'money set aside is given up by the request that asked for it', example, (to) =>
    payments(to).void(undone),
  );
  await expect(given).resolves.toBeUndefined();
});

test('money taken is given back', async () => {
  const reason = 'the order was cancelled';
  const request = { requestId: ids.event, paymentId: ids.payment, reason };
  const example = { given: 'a captured payment', request, answer: paymentOf(PaymentState.REFUNDED) };
  const refunded = pact.call(refundPayment, 'money taken is given back', example, (to) =>
    payments(to).refund({ requestId: ids.event, paymentId: ids.payment, reason }),
  );
  await expect(refunded).resolves.toBeUndefined();
});

test.each([
  ['authorized', PaymentState.AUTHORIZED],
  ['captured', PaymentState.CAPTURED],
  ['voided', PaymentState.VOIDED],
  ['refunded', PaymentState.REFUNDED],
] as const)('an order is told that its payment is %s', async (stage, state) => {
  const given = stage === 'authorized' ? 'an authorized payment' : `a ${stage} payment`;
  const example = { given, request: { orderId: ids.order }, answer: paymentOf(state) };
  const progress = await pact.call(getPayment, `a ${stage} payment is told by its order`, example, (to) =>
    payments(to).progress(ids.order),
  );
  expect(progress).toEqual({ paymentId: ids.payment, stage });
});

test('an order without a payment has none', async () => {
  const refusal = { code: Code.NotFound, reason: 'PAYMENT_NOT_FOUND', domain };
  const example = { given: 'no payments', request: { orderId: ids.order }, refusal };
  const progress = await pact.call(getPayment, 'an order without a payment has none', example, (to) =>
    payments(to).progress(ids.order),
  );
  expect(progress).toBeUndefined();
});

pact.settled();
