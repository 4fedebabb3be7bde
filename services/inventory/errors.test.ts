import { expect, test } from 'vitest';
import { reasonNames } from '#chassis/domain-error.ts';
import { InventoryErrorReasonSchema } from '#gen/tradewind/inventory/v1/inventory_error_pb.ts';
import { inventoryErrors } from './errors.ts';

test('every reason of the contract has a rule, and every rule a reason', () => {
  expect(Object.keys(inventoryErrors.rules).sort()).toEqual(reasonNames(InventoryErrorReasonSchema).sort());
});
