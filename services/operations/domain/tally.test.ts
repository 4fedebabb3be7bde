import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nothing, quantileMs, since, type Tally, together, total } from './tally.ts';

const bounds = [0.01, 0.1, 1];
const of = (...counts: number[]): Tally => ({ bounds, counts });

test('what came since is the difference', () => {
  expect(since(of(1, 2, 3, 3), of(2, 4, 6, 7))).toEqual(of(1, 2, 3, 4));
});

test('a count that shrank began anew', () => {
  expect(since(of(5, 6, 7, 8), of(1, 1, 1, 1))).toEqual(of(1, 1, 1, 1));
  expect(since(undefined, of(1, 1, 1, 1))).toEqual(of(1, 1, 1, 1));
});

test('what was there before and what came since are together what is there now', () => {
  const tally = fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }).map((counts) => {
    let sum = 0;
    return of(...counts.map((count) => (sum += count)));
  });
  fc.assert(
    fc.property(tally, tally, (before, more) => {
      const after = together(before, more);
      expect(since(before, after)).toEqual(more);
    }),
  );
});

test('nothing adds nothing and takes no time', () => {
  expect(together(nothing, of(1, 2, 3, 4))).toEqual(of(1, 2, 3, 4));
  expect(total(nothing)).toBe(0);
  expect(quantileMs(nothing, 0.95)).toBe(0);
});

test('a share lies where the buckets say, evenly within one', () => {
  expect(quantileMs(of(0, 100, 100, 100), 0.5)).toBeCloseTo(55);
  expect(quantileMs(of(100, 100, 100, 100), 0.95)).toBeCloseTo(9.5);
  expect(quantileMs(of(0, 0, 0, 10), 0.95)).toBe(1000);
});
