import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalOf, nanosOfDecimal } from './decimal.ts';

test('every amount survives the way to PostgreSQL and back', () => {
  const limit = 10n ** 21n;
  fc.assert(
    fc.property(fc.bigInt({ min: -limit, max: limit }), (nanos) => {
      expect(nanosOfDecimal(decimalOf(nanos))).toBe(nanos);
    }),
  );
});

test('an amount is written with nine decimals', () => {
  expect(decimalOf(12_500_000_000n)).toBe('12.500000000');
  expect(decimalOf(-1n)).toBe('-0.000000001');
});
