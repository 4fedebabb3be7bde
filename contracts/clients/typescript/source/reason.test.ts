import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { CatalogErrorReason, CatalogErrorReasonSchema } from '#gen/tradewind/catalog/v1/catalog_error_pb.ts';
import { reasonIn, reasonOf } from './reason.ts';

function refused(reason: string, field?: string): ConnectError {
  const info = create(ErrorInfoSchema, { reason, domain: 'catalog.tradewind', metadata: { product_id: '7' } });
  const bad = create(BadRequestSchema, { fieldViolations: field ? [{ field, description: 'must be set' }] : [] });
  const details = [
    { desc: ErrorInfoSchema, value: info },
    { desc: BadRequestSchema, value: bad },
  ];
  return new ConnectError('refused', Code.NotFound, undefined, details);
}

test('a refusal tells reason, domain, metadata and the fields that are wrong', () => {
  expect(reasonOf(refused('VALIDATION_FAILED', 'product_id'))).toEqual({
    code: Code.NotFound,
    reason: 'VALIDATION_FAILED',
    domain: 'catalog.tradewind',
    metadata: { product_id: '7' },
    fields: [{ field: 'product_id', description: 'must be set' }],
  });
});

test('a reason is a value of its enum', () => {
  const known = reasonIn(refused('PRODUCT_NOT_FOUND'), CatalogErrorReasonSchema);
  expect(known).toBe(CatalogErrorReason.PRODUCT_NOT_FOUND);
  expect(reasonIn(refused('ADDED_TOMORROW'), CatalogErrorReasonSchema)).toBeUndefined();
});

test('what no service refused has no reason', () => {
  expect(reasonOf(new ConnectError('connection lost', Code.Unavailable))).toBeUndefined();
  expect(reasonOf(new TypeError('of the caller'))).toBeUndefined();
  expect(reasonIn(new TypeError('of the caller'), CatalogErrorReasonSchema)).toBeUndefined();
});
