import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenCatalog, openCatalog, productInput } from '../harness.ts';

let catalog: OpenCatalog;
beforeAll(async () => {
  catalog = await openCatalog();
  const said = [
    { sku: 'TENT', title: 'Alpine tent', brand: 'Norrland', category: 'Outdoor/Tents' },
    { sku: 'DOME', title: 'Dome', description: 'A tent for families', brand: 'Norrland', category: 'Outdoor/Tents' },
    { sku: 'BOOT', title: 'Hiking boots', brand: 'Fjell', category: 'Outdoor/Shoes' },
    { sku: 'LAPTOP', title: 'Laptop sleeve', brand: 'Fjell', category: 'Office' },
    { sku: 'OLD', title: 'Old tent', state: 'RETIRED' as const },
    { sku: 'SOON', title: 'New tent', state: 'DRAFT' as const },
  ];
  await catalog.store.storeAll(said.map((more) => productInput({ description: '', brand: '', category: '', ...more })));
});
afterAll(() => catalog.db.drop());

const search = (words: string, filter: { category?: string; brands?: string[] } = {}, offset = 0, limit = 10) =>
  catalog.store.search(words, { category: '', brands: [], ...filter }, offset, limit);

async function found(...asked: Parameters<typeof search>): Promise<string[]> {
  return (await search(...asked)).products.map(({ sku }) => sku);
}

test('finds whole words, the title before the description, and only what can be bought', async () => {
  expect(await found('tent')).toEqual(['TENT', 'DOME']);
  expect(await found('tents')).toEqual(['TENT', 'DOME']);
  expect(await found('boot hike')).toEqual(['BOOT']);
});

test.each([
  ['hikng boots', 'BOOT'],
  ['boots hikng', 'BOOT'],
  ['norland', 'TENT'],
  ['latpop', 'LAPTOP'],
  ['labtop', 'LAPTOP'],
  ['boqts', 'BOOT'],
  ['alpyne', 'TENT'],
  ['ALPIN', 'TENT'],
])('%s, typed wrong, finds %s', async (words, sku) => expect(await found(words)).toContain(sku));

test('finds a product by its SKU, before those that only speak of it', async () => {
  expect(await found('LAPTOP')).toEqual(['LAPTOP']);
  expect(await found('dome')).toEqual(['DOME']);
  expect(await found('OLD')).not.toContain('OLD');
  await catalog.store.storeAll([
    productInput({ sku: 'NRL-7', title: 'Lantern' }),
    productInput({ sku: 'NRL-8', title: 'Lantern hook, fits NRL-7' }),
  ]);
  expect(await found('nrl-7')).toEqual(['NRL-7', 'NRL-8']);
});

test('finds nothing where nothing is alike, or only the beginning of a word is', async () => {
  expect(await found('text')).toEqual([]);
  expect(await found('lamp')).toEqual([]);
  expect(await search('zzz qqq')).toEqual({ products: [], total: 0, facets: [] });
});

test.each(["'", '"', '-', '!!!', '%', '\\', 'tent & | ! :*', '"alpine tent" or', ':::'])(
  '%j breaks nothing',
  async (words) => {
    await expect(search(words)).resolves.toBeDefined();
  },
);

test('is narrowed by brand and category', async () => {
  expect(await found('tent boots', { brands: ['Fjell'] })).toEqual(['BOOT']);
  expect(await found('tent', { category: 'Outdoor' })).toEqual(['TENT', 'DOME']);
  expect(await found('tent', { category: 'Outdoor/Tents' })).toEqual(['TENT', 'DOME']);
  expect(await found('tent', { category: 'Out' })).toEqual([]);
});

test('counts brands and categories over all matches, whatever page is asked for', async () => {
  const pages = [await search('tent', {}, 0, 1), await search('tent', {}, 1, 1), await search('tent', {}, 2, 1)];
  expect(pages.map(({ products }) => products.map(({ sku }) => sku))).toEqual([['TENT'], ['DOME'], []]);
  for (const { total, facets } of pages) {
    expect(total).toBe(2);
    expect(facets).toEqual([
      { name: 'brand', value: 'Norrland', count: 2 },
      { name: 'category', value: 'Outdoor/Tents', count: 2 },
    ]);
  }
});
