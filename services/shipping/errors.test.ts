import { expect, test } from 'vitest';
import { reasonNames } from '#chassis/domain-error.ts';
import { ShippingErrorReasonSchema } from '#gen/tradewind/shipping/v1/shipping_error_pb.ts';
import { shippingErrors } from './errors.ts';

test('every reason of the contract has a rule, and every rule a reason', () => {
  expect(Object.keys(shippingErrors.rules).sort()).toEqual(reasonNames(ShippingErrorReasonSchema).sort());
});
