import { expect, test } from 'vitest';
import { factsOf, isChanged, type Product, type ProductState } from './product.ts';

const STATES: ProductState[] = ['DRAFT', 'PUBLISHED', 'RETIRED'];

function product(state: ProductState, priceNanos = 10n): Product {
  return {
    id: 'p1',
    sku: 'A',
    title: 'A',
    description: '',
    brand: '',
    category: '',
    priceNanos,
    currency: 'EUR',
    weightGrams: 0,
    backorderable: false,
    imageUrls: ['https://shop.example/a.jpg'],
    state,
    version: 1n,
    createTime: new Date(0),
    updateTime: new Date(0),
  };
}

const told = (before: Product | undefined, after: Product) => factsOf(before, after).map(({ type }) => type);

test('a new product is told of only when it can be bought', () => {
  expect(STATES.map((state) => told(undefined, product(state)))).toEqual([[], ['ProductPublished'], []]);
});

test('leaving the shop is told once, and only of what was in it', () => {
  for (const after of ['DRAFT', 'RETIRED'] as const) {
    expect(STATES.map((before) => told(product(before), product(after)))).toEqual([[], ['ProductRetired'], []]);
  }
});

test('a new price is told of what could be bought at the old one', () => {
  expect(STATES.map((before) => told(product(before, 9n), product('PUBLISHED')))).toEqual([
    ['ProductPublished'],
    ['ProductPublished', 'ProductPriceChanged'],
    ['ProductPublished'],
  ]);
});

test('the same price in another currency is a new price', () => {
  const before = { ...product('PUBLISHED'), currency: 'USD' };
  expect(told(before, product('PUBLISHED'))).toContain('ProductPriceChanged');
});

test('the order of pictures is something said of a product', () => {
  const before = { ...product('PUBLISHED'), imageUrls: ['a', 'b'] };
  expect(isChanged(before, { ...before, imageUrls: ['b', 'a'] })).toBe(true);
  expect(isChanged(before, { ...before, imageUrls: ['a', 'b'] })).toBe(false);
});
