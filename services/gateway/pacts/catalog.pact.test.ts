import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { ProductState } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { CatalogService, ImportFormat } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const catalog = forwardLaws('catalog', import.meta.url);
const { getProduct, batchGetProducts, listProducts, searchProducts, upsertProduct, importProducts } =
  CatalogService.method;
const domain = 'catalog.tradewind';
const given = 'a published product';

const input = {
  sku: 'TENT-1',
  title: 'Trail tent',
  description: 'Stands in any wind.',
  brand: 'Norrland',
  category: 'Outdoor/Tents',
  price: { units: 149n, nanos: 990_000_000, currencyCode: 'EUR' },
  weightGrams: 2100,
  backorderable: true,
  imageUrls: ['https://shop.example/tent.jpg'],
  state: ProductState.PUBLISHED,
};
const product = {
  ...input,
  id: ids.product,
  version: 1n,
  createTime: timestampFromDate(time),
  updateTime: timestampFromDate(time),
};
const facets = [{ name: 'brand', values: [{ value: 'Norrland', count: 1 }] }];
const bytes = new TextEncoder().encode('sku,title,price,currency,category\nTENT-9,Alpine tent,249.90,EUR,Tents\n');

catalog.answers(getProduct, 'a product is told', { given, request: { productId: ids.product }, answer: { product } });
catalog.refuses(getProduct, 'a product nobody knows is refused', {
  given: 'an empty catalogue',
  request: { productId: ids.unknown },
  refusal: {
    ...{ code: Code.NotFound, reason: 'PRODUCT_NOT_FOUND', domain },
    metadata: { product_id: ids.unknown },
  },
});
catalog.answers(batchGetProducts, 'products are told', {
  given,
  request: { productIds: [ids.product, ids.unknown] },
  answer: { products: [product], missingIds: [ids.unknown] },
});
catalog.answers(listProducts, 'products are listed by the page', {
  given: 'two published products',
  request: { pageSize: 1 },
  answer: { products: [product], nextPageToken: 'next' },
});
catalog.refuses(listProducts, 'a page token of nothing is refused', {
  given,
  request: { pageToken: 'nonsense' },
  refusal: { code: Code.InvalidArgument, reason: 'INVALID_PAGE_TOKEN', domain },
});
catalog.answers(searchProducts, 'products are found by their words, with facets', {
  given,
  request: { query: 'trail' },
  answer: { products: [product], facets, total: 1 },
});
catalog.answers(upsertProduct, 'a merchant stores a product', {
  given: 'an empty catalogue',
  role: 'MERCHANT',
  request: { requestId: ids.request, product: input },
  answer: { product },
});
catalog.streams(importProducts, 'a merchant imports a file', {
  given: 'an empty catalogue',
  role: 'MERCHANT',
  requests: [
    { part: { case: 'header', value: { format: ImportFormat.CSV, defaultCurrency: 'EUR' } } },
    { part: { case: 'chunk', value: bytes } },
  ],
  answer: { read: 1, created: 1, productIds: { 'TENT-9': ids.product } },
});

catalog.settled();
