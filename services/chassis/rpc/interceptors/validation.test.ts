import { create, type DescMessage, type Message } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { ErrorInfoSchema, LocalizedMessageSchema } from '#gen/google/rpc/error_details_pb.ts';
import { ProductState } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import {
  ImportFormat,
  ImportHeaderSchema,
  ImportProductsRequestSchema,
  ImportProductsResponseSchema,
  SearchProductsRequestSchema,
  UpsertProductRequestSchema,
} from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { newId } from '../../ids.ts';
import { assertValid, violationsOf } from './validation.ts';

const product = {
  sku: 'A-1',
  title: 'Kettle',
  price: { units: 1n, currencyCode: 'EUR' },
  state: ProductState.PUBLISHED,
};

const fieldsOf = (schema: DescMessage, message: Message) => violationsOf(schema, message).map(({ field }) => field);

test('a NUL is found in fields, in messages in messages, in lists and in maps, each by its path', () => {
  const search = create(SearchProductsRequestSchema, { query: '\0', brands: ['a', 'b\0', '\0'] });
  expect(fieldsOf(SearchProductsRequestSchema, search)).toEqual(['query', 'brands[1]', 'brands[2]']);
  const upsert = create(UpsertProductRequestSchema, {
    requestId: newId(),
    product: { ...product, title: 'a\0b', description: '\0' },
  });
  expect(fieldsOf(UpsertProductRequestSchema, upsert)).toEqual(['product.title', 'product.description']);
  const map = create(ErrorInfoSchema, { metadata: { good: 'x', bad: '\0', 'k\0': 'x' } });
  expect(fieldsOf(ErrorInfoSchema, map)).toEqual(['metadata["bad"]', 'metadata["k\\u0000"]']);
});

test('a NUL in the chosen part of a oneof is found, bytes may hold any', () => {
  const header = { format: ImportFormat.CSV, defaultCurrency: 'EU\0' };
  const parts = [
    create(ImportProductsRequestSchema, { part: { case: 'header', value: create(ImportHeaderSchema, header) } }),
    create(ImportProductsRequestSchema, { part: { case: 'chunk', value: Uint8Array.of(0) } }),
  ];
  expect(parts.map((part) => fieldsOf(ImportProductsRequestSchema, part))).toEqual([['header.default_currency'], []]);
});

test('a text that breaks a rule of its contract already is named once', () => {
  const upsert = create(UpsertProductRequestSchema, { requestId: newId(), product: { ...product, sku: '\0' } });
  expect(fieldsOf(UpsertProductRequestSchema, upsert)).toEqual(['product.sku']);
});

test('texts without one pass, whatever else is in them', () => {
  const texts = create(ImportProductsResponseSchema, { productIds: { '\u0001 0 \\0': '\u{1f6cd}' } });
  expect(fieldsOf(ImportProductsResponseSchema, texts)).toEqual([]);
  expect(fieldsOf(LocalizedMessageSchema, create(LocalizedMessageSchema))).toEqual([]);
});

test('a NUL is refused as INVALID_ARGUMENT', () => {
  const search = create(SearchProductsRequestSchema, { query: 'a\0' });
  const refused = (() => {
    try {
      assertValid(SearchProductsRequestSchema, search);
      return undefined;
    } catch (error) {
      return ConnectError.from(error);
    }
  })();
  expect([refused?.code, refused?.rawMessage]).toEqual([
    Code.InvalidArgument,
    'query: must not contain a NUL character',
  ]);
});
