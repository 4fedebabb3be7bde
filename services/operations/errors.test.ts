import { expect, test } from 'vitest';
import { reasonNames } from '#chassis/domain-error.ts';
import { OperationsErrorReasonSchema } from '#gen/tradewind/operations/v1/operations_error_pb.ts';
import { operationsErrors } from './errors.ts';

test('every reason of the contract has a rule, and every rule a reason', () => {
  expect(Object.keys(operationsErrors.rules).sort()).toEqual(reasonNames(OperationsErrorReasonSchema).sort());
});
