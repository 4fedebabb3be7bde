import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import { type Served, serve } from '#chassis/testing/serve.ts';
import { BadRequestSchema } from '#gen/google/rpc/error_details_pb.ts';
import { type Product, ProductState } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { CatalogService, type ImportProductsRequestSchema } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { catalogErrors } from '../errors.ts';
import { type OpenCatalog, openCatalog } from '../harness.ts';
import { readRows } from '../import/rows.ts';
import { catalogRpc } from './catalog-rpc.ts';

let catalog: OpenCatalog;
let served: Served;
beforeAll(async () => {
  catalog = await openCatalog();
  served = await serve([implement(CatalogService, catalogRpc(catalog.store, readRows))], catalogErrors);
});
afterAll(async () => {
  await served.stop();
  await catalog.db.drop();
});

const shopper = () => served.client(CatalogService, { service: 'gateway' });
const merchant = () =>
  served.client(CatalogService, { service: 'gateway', user: { id: newId(), roles: ['MERCHANT'] } });

const price = { units: 12n, nanos: 500_000_000, currencyCode: 'EUR' };

function said(sku: string, more: object = {}) {
  return { sku, title: `Thing ${sku}`, category: 'Things', price, ...more };
}

async function stored(sku: string, more: object = {}): Promise<Product> {
  const { product } = await (await merchant()).upsertProduct({ requestId: newId(), product: said(sku, more) });
  if (!product) throw new Error('nothing was stored');
  return product;
}

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => new Error('It did not fail'),
    (thrown: unknown) => thrown,
  );
  return ConnectError.from(error);
}

function fieldsOf(error: ConnectError): string[] {
  return error.findDetails(BadRequestSchema).flatMap((detail) => detail.fieldViolations.map(({ field }) => field));
}

describe('UpsertProduct', () => {
  test('makes a product and publishes it, once however often the request comes', async () => {
    const request = {
      requestId: newId(),
      product: said('NEW-1', { weightGrams: 7, imageUrls: ['https://a.example/1'] }),
    };
    const client = await merchant();
    const { product } = await client.upsertProduct(request);
    expect(product).toMatchObject({ ...request.product, state: ProductState.PUBLISHED, version: 1n });
    await client.upsertProduct({ requestId: newId(), product: said('NEW-1', { title: 'Newer' }) });
    expect((await client.upsertProduct(request)).product).toEqual(product);
    expect((await client.getProduct({ productId: product?.id ?? '' })).product?.title).toBe('Newer');
    expect(await catalog.events(product?.id ?? '')).toEqual(['ProductPublished', 'ProductPublished']);
  });

  test('changes what is new, and leaves alone what is so already', async () => {
    const first = await stored('CHG-1');
    expect(await stored('CHG-1')).toEqual(first);
    const dearer = await stored('CHG-1', { price: { ...price, units: 13n } });
    expect(dearer).toMatchObject({ id: first.id, version: 2n, createTime: first.createTime });
    await stored('CHG-1', { price: { ...price, units: 13n }, state: ProductState.RETIRED });
    await stored('CHG-1', { state: ProductState.RETIRED });
    expect(await catalog.events(first.id)).toEqual([
      'ProductPublished',
      'ProductPublished',
      'ProductPriceChanged',
      'ProductRetired',
    ]);
  });

  test('nobody is told of a draft', async () => {
    const draft = await stored('DRAFT-1', { state: ProductState.DRAFT });
    await stored('DRAFT-1', { state: ProductState.RETIRED });
    expect(await catalog.events(draft.id)).toEqual([]);
  });

  test('refuses another body under the same request_id, and stores nothing of it', async () => {
    const requestId = newId();
    const client = await merchant();
    await client.upsertProduct({ requestId, product: said('REUSE-1') });
    const failure = await failureOf(client.upsertProduct({ requestId, product: said('REUSE-2') }));
    expect(reasonOf(failure)).toMatchObject({ reason: 'REQUEST_ID_REUSED', code: Code.AlreadyExists });
    expect(await catalog.db.sql`select from product where sku = 'REUSE-2'`).toHaveLength(0);
  });

  test.each<[string, object, string]>([
    ['a NUL in the title', { title: 'a\0b' }, 'product.title'],
    ['a NUL in the description', { description: '\0' }, 'product.description'],
    ['a price below nothing', { price: { ...price, units: -12n, nanos: 0 } }, 'product.price'],
    ['a price a little below nothing', { price: { ...price, units: 0n, nanos: -1 } }, 'product.price'],
    ['no price', { price: undefined }, 'product.price'],
    ['a NUL in an address', { imageUrls: ['https://a.example/\0'] }, 'product.image_urls[0]'],
    ['a SKU with a blank', { sku: 'a b' }, 'product.sku'],
  ])('%s is refused by its field', async (_, more, field) => {
    const failure = await failureOf(stored('BAD-1', more));
    expect([failure.code, fieldsOf(failure)]).toEqual([Code.InvalidArgument, [field]]);
  });

  test('is not for shoppers', async () => {
    const client = await served.client(CatalogService, { service: 'gateway', user: { id: newId() } });
    const failure = await failureOf(client.upsertProduct({ requestId: newId(), product: said('NO-1') }));
    expect(failure.code).toBe(Code.PermissionDenied);
  });
});

describe('reading', () => {
  test('a product is read in any state, and an unknown one is not there', async () => {
    const client = await shopper();
    const { id } = await stored('READ-1', { state: ProductState.DRAFT });
    expect((await client.getProduct({ productId: id })).product?.sku).toBe('READ-1');
    const failure = await failureOf(client.getProduct({ productId: newId() }));
    expect(reasonOf(failure)).toMatchObject({ reason: 'PRODUCT_NOT_FOUND', code: Code.NotFound });
  });

  test('several are read at once, the unknown are named once, capital letters or not', async () => {
    const [{ id }, unknown] = [await stored('READ-2'), newId()];
    const productIds = [id.toUpperCase(), id, unknown, unknown];
    const { products, missingIds } = await (await shopper()).batchGetProducts({ productIds });
    expect([products.map(({ sku }) => sku), missingIds]).toEqual([['READ-2'], [unknown]]);
  });

  test('pages hold every published product of a category and below it once, by title', async () => {
    const skus = Array.from({ length: 23 }, (_, index) => `PAGE-${index}`);
    for (const sku of skus) await stored(sku, { title: `Same ${sku.length}`, category: `Page_d/${sku}` });
    await stored('PAGE-X', { category: 'Page_d/x', state: ProductState.RETIRED });
    await stored('PAGE-Y', { category: 'PageXd/x' });
    const client = await shopper();
    const read: string[] = [];
    let pageToken = '';
    do {
      const page = await client.listProducts({ pageSize: 5, pageToken, category: 'Page_d' });
      read.push(...page.products.map(({ sku }) => sku));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(read).toHaveLength(23);
    expect(new Set(read)).toEqual(new Set(skus));
    expect(read.map((sku) => sku.length)).toEqual(read.map((sku) => sku.length).toSorted());
  });

  test('a page token that is not of this query is refused', async () => {
    const client = await shopper();
    await stored('TOK-1', { category: 'Tokens', title: '\u{1f6cd}'.repeat(200) });
    await stored('TOK-2', { category: 'Tokens', title: '\u{1f6cd}'.repeat(199) });
    const { nextPageToken } = await client.listProducts({ pageSize: 1, category: 'Tokens' });
    expect((await client.listProducts({ pageToken: nextPageToken, category: 'Tokens' })).products).toHaveLength(1);
    const refused = [
      client.listProducts({ pageToken: nextPageToken, category: 'Things' }),
      client.searchProducts({ pageToken: nextPageToken, query: 'x' }),
      client.listProducts({ pageToken: 'nonsense' }),
    ];
    for (const call of refused) {
      const failure = await failureOf(call);
      expect(reasonOf(failure)).toMatchObject({ reason: 'INVALID_PAGE_TOKEN', code: Code.InvalidArgument });
    }
  });

  test('a NUL is the caller’s mistake', async () => {
    const client = await shopper();
    const failures = await Promise.all([
      failureOf(client.listProducts({ category: '\0' })),
      failureOf(client.searchProducts({ query: 'a\0' })),
    ]);
    expect(failures.map((failure) => [failure.code, fieldsOf(failure)])).toEqual([
      [Code.InvalidArgument, ['category']],
      [Code.InvalidArgument, ['query']],
    ]);
  });
});

type Part = MessageInitShape<typeof ImportProductsRequestSchema>;

describe('ImportProducts', () => {
  const header: Part = { part: { case: 'header', value: { format: 1, defaultCurrency: 'EUR' } } };
  const chunk = (text: string): Part => ({ part: { case: 'chunk', value: Buffer.from(text) } });

  async function importing(...parts: Part[]) {
    async function* upload() {
      yield* parts;
    }
    return (await merchant()).importProducts(upload());
  }

  test('stores the good rows of a stream and reports the bad ones', async () => {
    const report = await importing(
      header,
      chunk('sku,title,price\nIMP-1,One,1\nIMP-2,Two,fr'),
      chunk('ee\nIMP-3,Three,3.5\n'),
    );
    expect(report).toMatchObject({ read: 3, created: 2, refused: 1 });
    expect(report.problems).toMatchObject([{ line: 3, column: 'price', problem: expect.stringContaining('"free"') }]);
    expect(Object.keys(report.productIds)).toEqual(['IMP-1', 'IMP-3']);
    expect(await catalog.events(report.productIds['IMP-3'] ?? '')).toEqual(['ProductPublished']);
  });

  test('a file that is none of products is refused, also when most of it is still to come', async () => {
    const rest = Array.from({ length: 40 }, () => chunk('x,y\n'.repeat(60_000)));
    const failure = await failureOf(importing(header, chunk('name,price\n'), ...rest));
    expect(reasonOf(failure)).toMatchObject({ reason: 'UNREADABLE_IMPORT', metadata: { line: '1' } });
  });

  test('must begin with its header, and have only one', async () => {
    const failures = [
      await failureOf(importing(chunk('sku\n'))),
      await failureOf(importing(header, chunk('sku\n'), header)),
    ];
    expect(failures.map((failure) => [failure.code, fieldsOf(failure)])).toEqual([
      [Code.InvalidArgument, ['header']],
      [Code.InvalidArgument, ['header']],
    ]);
  });

  test('a merchant who hangs up leaves the service standing', async () => {
    const abort = new AbortController();
    async function* cut(): AsyncGenerator<Part> {
      yield header;
      yield chunk('sku,title,price\nCUT-1,One,1\n');
      abort.abort();
    }
    const client = await merchant();
    const failure = await failureOf(client.importProducts(cut(), { signal: abort.signal }));
    expect(failure.code).toBe(Code.Canceled);
    expect(await importing(header, chunk('sku,title,price\nCUT-1,One,1\n'))).toMatchObject({ read: 1, refused: 0 });
  });
});
