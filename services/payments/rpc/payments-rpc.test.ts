import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import { type Served, serve } from '#chassis/testing/serve.ts';
import { BadRequestSchema } from '#gen/google/rpc/error_details_pb.ts';
import { PaymentState } from '#gen/tradewind/payments/v1/payments_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { paymentsErrors } from '../errors.ts';
import { type OpenPayments, openPayments } from '../harness.ts';
import { paymentsRpc } from './payments-rpc.ts';

let payments: OpenPayments;
let served: Served;
beforeAll(async () => {
  payments = await openPayments();
  served = await serve([implement(PaymentsService, paymentsRpc(payments))], paymentsErrors);
});
afterAll(async () => {
  await served.stop();
  await payments.db.drop();
});

const clientOf = (service: string) => served.client(PaymentsService, { service });

function requestOf(paymentToken = 'tok_visa') {
  const amount = { units: 12n, nanos: 500_000_000, currencyCode: 'EUR' };
  return { requestId: newId(), orderId: newId(), amount, paymentToken };
}

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  return ConnectError.from(
    await call.then(
      () => new Error('It did not fail'),
      (error: unknown) => error,
    ),
  );
}

function fieldsOf(error: ConnectError): string[] {
  return error.findDetails(BadRequestSchema).flatMap((detail) => detail.fieldViolations.map(({ field }) => field));
}

test('money is set aside, taken and given back over gRPC', async () => {
  const client = await clientOf('orders');
  const request = requestOf();
  const { payment } = await client.authorizePayment(request);
  const paymentId = payment?.id ?? '';
  expect(payment).toMatchObject({ orderId: request.orderId, state: PaymentState.AUTHORIZED, amount: request.amount });
  const { payment: captured } = await client.capturePayment({ paymentId });
  expect(captured).toMatchObject({ state: PaymentState.CAPTURED, captured: request.amount });
  const { payment: refunded } = await client.refundPayment({ requestId: newId(), paymentId, reason: 'broken' });
  expect(refunded).toMatchObject({ state: PaymentState.REFUNDED, refunded: request.amount });
  expect((await client.getPayment({ orderId: request.orderId })).payment).toEqual(refunded);
});

test('a decline is FAILED_PRECONDITION and carries the decline code and the payment', async () => {
  const client = await clientOf('orders');
  const failure = await failureOf(client.authorizePayment(requestOf('tok_declined')));
  expect(reasonOf(failure)).toEqual({
    reason: 'CARD_DECLINED',
    code: Code.FailedPrecondition,
    metadata: { decline_code: 'card_declined', payment_id: expect.any(String) },
  });
});

test('the client tries a silent provider again, until it answers', async () => {
  const client = await clientOf('orders');
  const { payment } = await client.authorizePayment(requestOf('tok_lost_answer'));
  expect(payment?.state).toBe(PaymentState.AUTHORIZED);
});

test('a void of what was never asked answers without a payment', async () => {
  const client = await clientOf('orders');
  const { requestId, orderId } = requestOf();
  expect((await client.voidPayment({ authorizeRequestId: requestId, orderId })).payment).toBeUndefined();
});

test('an empty request names its fields', async () => {
  const client = await clientOf('orders');
  const cases: [() => Promise<unknown>, string[]][] = [
    [() => client.authorizePayment({}), ['request_id', 'order_id', 'amount', 'payment_token']],
    [() => client.capturePayment({}), ['payment_id']],
    [() => client.voidPayment({}), ['authorize_request_id', 'order_id']],
    [() => client.refundPayment({}), ['request_id', 'payment_id', 'reason']],
    [() => client.getPayment({}), ['order_id']],
  ];
  for (const [call, fields] of cases) {
    const failure = await failureOf(call());
    expect([failure.code, fieldsOf(failure)]).toEqual([Code.InvalidArgument, fields]);
  }
});

test.each([
  ['nothing', { units: 0n, nanos: 0 }],
  ['less than nothing', { units: -1n, nanos: 0 }],
  ['units and nanos of different signs', { units: 1n, nanos: -1 }],
])('%s is not set aside', async (_, amount) => {
  const client = await clientOf('orders');
  const request = { ...requestOf(), amount: { ...amount, currencyCode: 'EUR' } };
  const failure = await failureOf(client.authorizePayment(request));
  expect([failure.code, fieldsOf(failure)]).toEqual([Code.InvalidArgument, ['amount']]);
  expect(await payments.charges(request.orderId)).toEqual([]);
});

test('oversized fields are named', async () => {
  const client = await clientOf('orders');
  const amount = { units: 10n ** 15n, nanos: 0, currencyCode: 'EUR' };
  const failure = await failureOf(client.authorizePayment({ ...requestOf('x'.repeat(5000)), amount }));
  expect([failure.code, fieldsOf(failure)]).toEqual([Code.InvalidArgument, ['amount.units', 'payment_token']]);
});

test('a request of another type is INVALID_ARGUMENT, never INTERNAL', async () => {
  const headers = { ...(await served.headers({ service: 'orders' })), 'content-type': 'application/json' };
  for (const body of ['{"amount":"ten"}', '{"amount":{"units":1.5}}', '{"requestId":{}}', '[]', 'no json']) {
    const response = await fetch(`http://127.0.0.1:${served.httpPort}/${PaymentsService.typeName}/AuthorizePayment`, {
      method: 'POST',
      headers,
      body,
    });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'invalid_argument']);
  }
});

test('the gateway may read a payment and nothing more', async () => {
  const gateway = await clientOf('gateway');
  expect(reasonOf(await failureOf(gateway.getPayment({ orderId: newId() })))?.reason).toBe('PAYMENT_NOT_FOUND');
  expect((await failureOf(gateway.authorizePayment(requestOf()))).code).toBe(Code.PermissionDenied);
});
