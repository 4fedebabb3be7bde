/** Known of callers that wait for their time limit again and again: a dependency that takes calls and answers nothing holds each of its callers for 10 s. */
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import { type Served, serve } from '#chassis/testing/serve.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { paymentsErrors } from '../../services/payments/errors.ts';

let silent: Served;
let reached = 0;
const noAnswer = () => {
  reached++;
  return new Promise<never>(() => {});
};

beforeAll(async () => {
  const impl = {
    authorizePayment: noAnswer,
    capturePayment: noAnswer,
    voidPayment: noAnswer,
    refundPayment: noAnswer,
    getPayment: noAnswer,
  };
  silent = await serve([implement(PaymentsService, impl)], paymentsErrors);
});
afterAll(() => silent.stop());

test('once a few calls got no answer the others are refused at once, told when to come back, and do not add to its load', async () => {
  const payments = await silent.client(PaymentsService, { service: 'orders' });
  /** How a call ends that would wait this long. */
  const outcome = (timeoutMs: number) =>
    payments.capturePayment({ paymentId: newId() }, { timeoutMs }).then(
      () => 'answered',
      (error: unknown) => ({ code: ConnectError.from(error).code, reason: reasonOf(error)?.reason }),
    );
  const first = await Promise.all(Array.from({ length: 10 }, () => outcome(300)));
  expect(first.map((each) => typeof each === 'object' && each.code)).toEqual(first.map(() => Code.DeadlineExceeded));

  const before = reached;
  // Each would wait a minute for the silent service, and the test would be over before them.
  const later = await Promise.all(Array.from({ length: 100 }, () => outcome(60_000)));
  expect(later).toEqual(later.map(() => ({ code: Code.Unavailable, reason: 'CIRCUIT_OPEN' })));
  expect(reached).toBe(before);
});
