import { afterAll, beforeAll, expect, test } from 'vitest';
import { pruneOldest } from '#chassis/db/prune.ts';
import { newId } from '#chassis/ids.ts';
import { expectSchema } from '#chassis/testing/schema.ts';
import { outboxRowOf } from '../events/publish.ts';
import { EUR, type OpenCatalog, openCatalog, productInput } from '../harness.ts';
import { productStore } from './product-store.ts';
import { productRequestTable, productTable, requestAgeing } from './schema.ts';

let catalog: OpenCatalog;
beforeAll(async () => {
  catalog = await openCatalog();
});
afterAll(() => catalog.db.drop());

const hash = (text: string) => Buffer.from(text);

test('the tables are those the code names', () => expectSchema(catalog.db, [productTable, productRequestTable]));

test('twenty who say different things of a new SKU at once make one product of twenty versions, told in order', async () => {
  const stores = [catalog.store, productStore(catalog.db.another(), outboxRowOf)];
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const input = productInput({ sku: 'RACE-1', priceNanos: BigInt(index + 1) * EUR });
      return stores[index % 2]?.upsert(newId(), hash(`${index}`), input);
    }),
  );
  const ids = new Set(outcomes.map((outcome) => outcome?.kind === 'stored' && outcome.product.id));
  expect(ids.size).toBe(1);
  const versions = Array.from({ length: 20 }, (_, index) => BigInt(index + 1));
  expect(await catalog.publishedVersions(String([...ids][0]))).toEqual(versions);
});

test('one request that comes eight times at once is stored once and answered alike', async () => {
  const [requestId, input] = [newId(), productInput({ sku: 'RACE-2' })];
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, () => catalog.store.upsert(requestId, hash('a'), input)),
  );
  expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome, (_, value) => `${value}`))).size).toBe(1);
  const [first] = outcomes;
  expect(await catalog.store.upsert(requestId, hash('a'), input)).toEqual(first);
  expect(await catalog.store.upsert(requestId, hash('b'), input)).toEqual({ kind: 'reused' });
  expect(await catalog.events(first?.kind === 'stored' ? first.product.id : '')).toEqual(['ProductPublished']);
});

test('two batches with the same SKUs in opposite order never block each other', async () => {
  const inputs = Array.from({ length: 50 }, (_, index) => productInput({ sku: `OPP-${index}` }));
  const dearer = inputs.map((input) => ({ ...input, priceNanos: 5n })).reverse();
  const results = await Promise.all([catalog.store.storeAll(inputs), catalog.store.storeAll(dearer)]);
  expect(
    results
      .flat()
      .map(({ change }) => change)
      .toSorted(),
  ).toEqual([...Array.from({ length: 50 }, () => 'created'), ...Array.from({ length: 50 }, () => 'updated')]);
  const [count] = await catalog.db.sql`select count(*)::int as products from product where sku like 'OPP-%'`;
  expect(count?.products).toBe(50);
});

test('an event that cannot be written leaves the product as it was', async () => {
  const [stored] = await catalog.store.storeAll([productInput({ sku: 'ATOM-1' })]);
  const failing = productStore(catalog.db, () => {
    throw new Error('no event today');
  });
  await expect(failing.storeAll([productInput({ sku: 'ATOM-1', title: 'Other' })])).rejects.toThrow('no event today');
  await expect(failing.upsert(newId(), hash('a'), productInput({ sku: 'ATOM-2' }))).rejects.toThrow('no event today');
  expect(await catalog.store.find([stored?.product.id ?? ''])).toEqual([stored?.product]);
  expect(await catalog.db.sql`select from product where sku = 'ATOM-2'`).toHaveLength(0);
});

test('what was answered is what is read afterwards', async () => {
  const said = productInput({
    sku: 'SAME-1',
    title: 'Ünïcode 😀 "q" \\ \n\t',
    priceNanos: 10n ** 21n - 1n,
    imageUrls: [],
  });
  const [stored] = await catalog.store.storeAll([said]);
  expect(await catalog.store.find([stored?.product.id ?? ''])).toEqual([stored?.product]);
});

test('a request is known for a week, and then forgotten', async () => {
  const [old, recent] = [newId(), newId()];
  for (const id of [old, recent]) await catalog.store.upsert(id, hash('a'), productInput({ sku: `AGE-${id}` }));
  await catalog.db.sql`update product_request set create_time = now() - interval '8 days' where request_id = ${old}`;
  expect(await pruneOldest(catalog.db, requestAgeing, 1_000)).toBe(1);
  expect(await catalog.store.upsert(recent, hash('b'), productInput())).toEqual({ kind: 'reused' });
  expect(await catalog.store.upsert(old, hash('b'), productInput())).toMatchObject({ kind: 'stored' });
});
