import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMNS, fieldsOf, type ProductFields } from './columns.ts';
import { productRow } from './product-row.ts';

const GOOD = { sku: 'A-1', title: 'Tent', price: '12.5' };

function problemsOf(said: Partial<ProductFields>) {
  const row = productRow(9, fieldsOf({ ...GOOD, ...said }), 'EUR');
  return 'problems' in row ? row.problems : [];
}

test('what a row leaves out has a default', () => {
  expect(productRow(2, fieldsOf(GOOD), 'EUR')).toEqual({
    line: 2,
    input: {
      sku: 'A-1',
      title: 'Tent',
      description: '',
      brand: '',
      category: '',
      priceNanos: 12_500_000_000n,
      currency: 'EUR',
      weightGrams: 0,
      backorderable: false,
      imageUrls: [],
      state: 'PUBLISHED',
    },
  });
});

test.each<[Partial<ProductFields>, keyof ProductFields]>([
  [{ sku: 'a b' }, 'sku'],
  [{ sku: '-a' }, 'sku'],
  [{ sku: 'x'.repeat(65) }, 'sku'],
  [{ title: '' }, 'title'],
  [{ title: 'x'.repeat(201) }, 'title'],
  [{ title: 'Caf\uFFFD' }, 'title'],
  [{ brand: 'Caf\uFFFD' }, 'brand'],
  [{ description: 'a\0b' }, 'description'],
  [{ category: '\ud800' }, 'category'],
  [{ price: '' }, 'price'],
  [{ price: '-1' }, 'price'],
  [{ price: '1,50' }, 'price'],
  [{ price: '1e3' }, 'price'],
  [{ price: '1.0000000001' }, 'price'],
  [{ currency: 'EURO' }, 'currency'],
  [{ weight_grams: '1.5' }, 'weight_grams'],
  [{ weight_grams: '10000001' }, 'weight_grams'],
  [{ backorderable: 'maybe' }, 'backorderable'],
  [{ backorderable: 'constructor' }, 'backorderable'],
  [{ image_urls: 'no address' }, 'image_urls'],
  [{ state: 'SOLD' }, 'state'],
])('%j is refused by its column', (said, column) => {
  const problems = problemsOf(said);
  expect(new Set(problems.map((problem) => problem.column))).toEqual(new Set([column]));
  expect(problems.every(({ line, problem }) => line === 9 && problem !== '')).toBe(true);
});

test('everything wrong with a row is told at once', () => {
  expect(problemsOf({ sku: '', price: 'x', state: 'y' }).map(({ column }) => column)).toEqual(
    expect.arrayContaining(['sku', 'price', 'state']),
  );
});

test('a price is kept to the last digit', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 21n - 1n), (nanos) => {
      const digits = nanos.toString().padStart(10, '0');
      const row = productRow(2, fieldsOf({ ...GOOD, price: `${digits.slice(0, -9)}.${digits.slice(-9)}` }), 'EUR');
      expect(row).toMatchObject({ input: { priceNanos: nanos } });
    }),
  );
});

test('whatever a row says, it is a product that can be stored or a list of problems', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  const fields = fc.record(Object.fromEntries(COLUMNS.map((column) => [column, text])));
  fc.assert(
    fc.property(fields, (said) => {
      const row = productRow(2, fieldsOf({ ...GOOD, ...said, sku: 'A' }), 'EUR');
      expect('problems' in row ? row.problems.length : row.input.title.length).toBeGreaterThan(0);
    }),
  );
});
