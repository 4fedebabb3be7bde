import { createReadStream } from 'node:fs';
import { expect, test } from 'vitest';
import type { ImportRow } from '../../services/catalog/app/import-products.ts';
import { readRows } from '../../services/catalog/import/rows.ts';
import { CATALOGUE, MADE_TO_ORDER, SOLD_OUT } from './catalogue.ts';

async function catalogue() {
  const rows: ImportRow[] = [];
  for await (const row of readRows('CSV', 'EUR', createReadStream(CATALOGUE))) rows.push(row);
  return {
    refused: rows.flatMap((row) => ('problems' in row ? row.problems : [])),
    products: rows.flatMap((row) => ('input' in row ? [row.input] : [])),
  };
}

test('the catalogue’s own parser accepts every product of the file', async () => {
  const { refused, products } = await catalogue();
  expect(refused).toEqual([]);
  expect(products.length).toBeGreaterThanOrEqual(240);
});

test('SKUs and titles of the file are unique, and every product says all there is to say', async () => {
  const { products } = await catalogue();
  expect(new Set(products.map(({ sku }) => sku)).size).toBe(products.length);
  expect(new Set(products.map(({ title }) => title)).size).toBe(products.length);
  const bare = products.filter(
    ({ description, brand, category, priceNanos, weightGrams }) =>
      !description || !brand || !category || priceNanos <= 0n || weightGrams <= 0,
  );
  expect(bare).toEqual([]);
});

test('what is sold out cannot be backordered, what is made to order can', async () => {
  const { products } = await catalogue();
  const of = (category: string) => products.filter((product) => product.category === category);
  expect(of(SOLD_OUT).map(({ backorderable }) => backorderable)).toEqual(of(SOLD_OUT).map(() => false));
  expect(of(MADE_TO_ORDER).map(({ backorderable }) => backorderable)).toEqual(of(MADE_TO_ORDER).map(() => true));
  expect(of(SOLD_OUT).length).toBeGreaterThan(5);
  expect(of(MADE_TO_ORDER).length).toBeGreaterThanOrEqual(20);
});
