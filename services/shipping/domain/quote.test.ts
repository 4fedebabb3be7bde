import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COUNTRIES } from './countries.ts';
import { quotesFor } from './quote.ts';

const country = fc.constantFrom(...COUNTRIES.keys());
const grams = fc.bigInt({ min: 0n, max: 1_000_000_000n });

test('a parcel of one kilogram within the country costs 4.40 EUR', () => {
  expect(quotesFor('DE', 1000n, 'EUR')[0]).toEqual({
    serviceLevel: 'standard',
    nanos: 4_400_000_000n,
    minDays: 1,
    maxDays: 3,
  });
});

test('the cheapest comes first, and express is never slower', () => {
  fc.assert(
    fc.property(country, grams, (code, weight) => {
      const [standard, express] = quotesFor(code, weight, 'EUR');
      expect(standard && express && standard.nanos < express.nanos && standard.maxDays >= express.maxDays).toBe(true);
    }),
  );
});

test('more weight never costs less', () => {
  fc.assert(
    fc.property(country, grams, grams, (code, one, other) => {
      const [light, heavy] = one < other ? [one, other] : [other, one];
      const price = (weight: bigint) => quotesFor(code, weight, 'USD')[0]?.nanos ?? 0n;
      expect(price(light) <= price(heavy)).toBe(true);
    }),
  );
});

test('a price has no smaller part than its currency', () => {
  expect((quotesFor('JP', 1n, 'JPY')[0]?.nanos ?? 1n) % 1_000_000_000n).toBe(0n);
  expect((quotesFor('SE', 1n, 'GBP')[0]?.nanos ?? 1n) % 10_000_000n).toBe(0n);
});
