import { expect, test } from 'vitest';
import { reasonNames } from '#chassis/domain-error.ts';
import { IdentityErrorReasonSchema } from '#gen/tradewind/identity/v1/identity_error_pb.ts';
import { identityErrors } from './errors.ts';

test('every reason of the contract is told, and no other', () => {
  expect(Object.keys(identityErrors.rules).sort()).toEqual(reasonNames(IdentityErrorReasonSchema).sort());
});
