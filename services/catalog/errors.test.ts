import { expect, test } from 'vitest';
import { reasonNames } from '#chassis/domain-error.ts';
import { CatalogErrorReasonSchema } from '#gen/tradewind/catalog/v1/catalog_error_pb.ts';
import { catalogErrors } from './errors.ts';

test('every reason of the contract has a rule, and every rule a reason', () => {
  expect(Object.keys(catalogErrors.rules).sort()).toEqual(reasonNames(CatalogErrorReasonSchema).sort());
});
