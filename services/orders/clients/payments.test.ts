import { createClient, createRouterTransport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { circuitOpen } from '#chassis/rpc/resilience/refusal.ts';
import { PaymentState } from '#gen/tradewind/payments/v1/payments_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { paymentsClient } from './payments.ts';

/** What orders makes of an AuthorizePayment that answers with a payment in this state. */
function authorized(state: PaymentState) {
  const transport = createRouterTransport(({ service }) =>
    service(PaymentsService, { authorizePayment: () => ({ payment: { id: 'payment', state } }) }),
  );
  const amount = { units: '1', nanos: 0, currency: 'EUR' };
  return paymentsClient(createClient(PaymentsService, transport)).authorize({
    requestId: newId(),
    orderId: newId(),
    amount,
    paymentToken: 'tok_visa',
  });
}

test('an authorization the provider has not decided is never taken for granted, but asked for again', async () => {
  await expect(authorized(PaymentState.PENDING)).rejects.toThrow('not decided yet');
  await expect(authorized(PaymentState.UNSPECIFIED)).rejects.toThrow('not decided yet');
});

test('a payment set aside or already taken is authorized', async () => {
  for (const state of [PaymentState.AUTHORIZED, PaymentState.CAPTURED]) {
    expect(await authorized(state)).toEqual({ outcome: 'authorized', paymentId: 'payment' });
  }
});

test('a payment given up is declined', async () => {
  for (const state of [PaymentState.DECLINED, PaymentState.VOIDED, PaymentState.REFUNDED]) {
    expect(await authorized(state)).toEqual({ outcome: 'declined' });
  }
});

test('payments left alone after its failures is treated like a provider that does not answer', async () => {
  const transport = createRouterTransport(({ service }) =>
    service(PaymentsService, { authorizePayment: () => Promise.reject(circuitOpen('payments', 1_000)) }),
  );
  const request = { requestId: newId(), orderId: newId(), paymentToken: 'tok_visa' };
  const amount = { units: '1', nanos: 0, currency: 'EUR' };
  const answer = await paymentsClient(createClient(PaymentsService, transport)).authorize({ ...request, amount });
  expect(answer).toEqual({ outcome: 'unavailable' });
});
