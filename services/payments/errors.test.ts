import { expect, test } from 'vitest';
import { reasonNames } from '#chassis/domain-error.ts';
import { PaymentsErrorReasonSchema } from '#gen/tradewind/payments/v1/payments_error_pb.ts';
import { paymentsErrors } from './errors.ts';

test('every reason of the contract has a rule, and every rule a reason', () => {
  expect(Object.keys(paymentsErrors.rules).sort()).toEqual(reasonNames(PaymentsErrorReasonSchema).sort());
});
