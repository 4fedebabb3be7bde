import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '#chassis/testing/eventually.ts';
import { inPieces, type OpenCatalog, openCatalog } from '../harness.ts';
import { readRows } from '../import/rows.ts';
import { importProducts } from './import-products.ts';

let catalog: OpenCatalog;
beforeAll(async () => {
  catalog = await openCatalog();
});
afterAll(() => catalog.db.drop());
beforeEach(() => catalog.db.sql`truncate product, outbox`);

const importing = (chunks: AsyncIterable<Uint8Array>, format: 'CSV' | 'JSONL' = 'CSV') =>
  importProducts(catalog.store)(readRows(format, 'EUR', chunks));

const HEADER = 'sku,title,price';
const rows = (count: number, from = 0, price = '9.90') =>
  Array.from({ length: count }, (_, index) => `S-${from + index},Thing ${from + index},${price}`);
const file = (...lines: string[]) => `${[HEADER, ...lines].join('\n')}\n`;

async function kept(): Promise<{ products: number; events: number }> {
  const [row] = await catalog.db.sql<{ products: number; events: number }[]>`
    select (select count(*)::int from product) as products, (select count(*)::int from outbox) as events`;
  return row ?? { products: -1, events: -1 };
}

test.each(['CSV', 'JSONL'] as const)('%s sent twice changes and tells nothing the second time', async (format) => {
  const csv = file(...rows(450));
  const jsonl = Array.from({ length: 450 }, (_, index) =>
    JSON.stringify({ sku: `S-${index}`, title: 'T', price: 9.9 }),
  );
  const text = format === 'CSV' ? csv : jsonl.join('\n');
  expect(await importing(inPieces(text, 1000), format)).toMatchObject({ read: 450, created: 450, refused: 0 });
  expect(await kept()).toEqual({ products: 450, events: 450 });
  const again = await importing(inPieces(text, 1000), format);
  expect(again).toMatchObject({ read: 450, created: 0, updated: 0, unchanged: 450 });
  expect(Object.keys(again.productIds)).toHaveLength(450);
  expect(await kept()).toEqual({ products: 450, events: 450 });
});

test('what changed is updated and the rest left alone', async () => {
  await importing(inPieces(file(...rows(300)), 1000));
  const report = await importing(inPieces(file(...rows(10, 0, '8.90'), ...rows(295, 10)), 1000));
  expect(report).toMatchObject({ read: 305, created: 5, updated: 10, unchanged: 290 });
});

test('bad rows are told by line, column and rule, and the good ones kept', async () => {
  const report = await importing(
    inPieces(file('A,One,1', 'b b,Two,2', 'C,,3', 'D,Four', 'A,Again,1', 'E,"5"" pipe",5')),
  );
  expect(report).toMatchObject({ read: 6, created: 2, refused: 4 });
  expect(report.problems.map(({ line, column }) => [line, column])).toEqual([
    [3, 'sku'],
    [4, 'title'],
    [5, ''],
    [6, 'sku'],
  ]);
  expect(report.problems.every(({ problem }) => problem.length > 0)).toBe(true);
});

test('a SKU that stands in a file twice is refused wherever it stands, so that the file says one thing', async () => {
  const text = file(...rows(500), 'S-3,Other,1');
  for (const _ of ['once', 'again']) await importing(inPieces(text, 1000));
  const [row] = await catalog.db.sql`select version::int from product where sku = 'S-3'`;
  expect(row?.version).toBe(1);
});

test('the first thousand problems are listed and all are counted', async () => {
  const report = await importing(inPieces(file(...Array.from({ length: 1500 }, () => ',,')), 1000));
  expect([report.refused, report.problems.length]).toEqual([1500, 1000]);
});

test('an import cut in the middle keeps whole batches with their events, and sending it again finishes it', async () => {
  const text = file(...rows(1000));
  async function* cut() {
    yield* inPieces(text.slice(0, text.indexOf('S-650')), 1000);
    await eventually(async () => expect((await kept()).products).toBeGreaterThan(0));
    throw new Error('the line is dead');
  }
  await expect(importing(cut())).rejects.toThrow('the line is dead');
  const { products, events } = await kept();
  expect([products % 200, products >= 200, events]).toEqual([0, true, products]);
  expect(await importing(inPieces(text, 1000))).toMatchObject({ created: 1000 - products, unchanged: products });
  expect(await kept()).toEqual({ products: 1000, events: 1000 });
});

test('two imports of the same file at once store every product once', async () => {
  const text = file(...rows(1000));
  const reports = await Promise.all([importing(inPieces(text, 1000)), importing(inPieces(text, 1000))]);
  expect(reports.map(({ created, unchanged }) => created + unchanged)).toEqual([1000, 1000]);
  expect(reports[0].created + reports[1].created).toBe(1000);
  expect(await kept()).toEqual({ products: 1000, events: 1000 });
});

test('a large file is stored while it comes in: what is read ahead is little and does not grow with it', async () => {
  let sent = 0;
  let furthest = 0;
  const { store } = catalog;
  let done = 0;
  const watched = {
    ...store,
    async storeAll(inputs: Parameters<typeof store.storeAll>[0]) {
      furthest = Math.max(furthest, sent - done);
      const stored = await store.storeAll(inputs);
      done += inputs.length;
      return stored;
    },
  };
  async function* lines() {
    yield Buffer.from(`${HEADER}\n`);
    for (const row of rows(10_000)) {
      sent++;
      yield Buffer.from(`${row}\n`);
    }
  }
  const report = await importProducts(watched)(readRows('CSV', 'EUR', lines()));
  expect(report).toMatchObject({ read: 10_000, created: 10_000, refused: 0 });
  expect(furthest).toBeLessThan(4_000);
});
