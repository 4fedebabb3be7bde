import { createClient } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { pactBetween } from '#chassis/testing/pact/consumer.ts';
import { ids } from '#chassis/testing/pact/examples.ts';
import { ProductState } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { catalogClient } from './catalog.ts';

const pact = pactBetween('orders', 'catalog', import.meta.url);

test('products are told with title, price, weight and whether they may be ordered', async () => {
  const product = {
    id: ids.product,
    title: 'Trail tent',
    price: { units: 149n, nanos: 990_000_000, currencyCode: 'EUR' },
    weightGrams: 2100,
    backorderable: true,
    state: ProductState.PUBLISHED,
  };
  const example = {
    given: 'a published product',
    request: { productIds: [ids.product] },
    answer: { products: [product] },
  };
  const products = await pact.call(
    CatalogService.method.batchGetProducts,
    'products are told with what an order needs of them',
    example,
    (to) => catalogClient(createClient(CatalogService, to)).products([ids.product]),
  );
  const price = { units: '149', nanos: 990_000_000, currency: 'EUR' };
  expect(products).toEqual([
    { id: ids.product, title: 'Trail tent', price, weightGrams: 2100, backorderable: true, published: true },
  ]);
});

test('a product nobody knows is missing from the answer', async () => {
  const example = {
    given: 'an empty catalogue',
    request: { productIds: [ids.unknown] },
    answer: { missingIds: [ids.unknown] },
  };
  const products = await pact.call(
    CatalogService.method.batchGetProducts,
    'a product nobody knows is missing from the answer',
    example,
    (to) => catalogClient(createClient(CatalogService, to)).products([ids.unknown]),
  );
  expect(products).toEqual([]);
});

pact.settled();
