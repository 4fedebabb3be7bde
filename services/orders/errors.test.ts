import { expect, test } from 'vitest';
import { reasonNames } from '#chassis/domain-error.ts';
import { OrdersErrorReasonSchema } from '#gen/tradewind/orders/v1/orders_error_pb.ts';
import { ordersErrors } from './errors.ts';

test('every reason of the contract has a rule and no rule lacks a reason', () => {
  expect(Object.keys(ordersErrors.rules).sort()).toEqual(reasonNames(OrdersErrorReasonSchema).sort());
});
