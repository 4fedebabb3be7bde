import { expect, test } from 'vitest';
import { FEWEST_CALLS, isFault, judged, kept, USUAL } from './promise.ts';

test('a budget that is half used burns at half the rate', () => {
  const level = kept({ calls: 10_000, errors: 5, p95Ms: 100 }, USUAL);
  expect(level.availabilityPercent).toBeCloseTo(99.95);
  expect(level.burnRate).toBeCloseTo(0.5);
  expect(level.errorBudgetLeftPercent).toBeCloseTo(50);
  expect(level.met).toBe(true);
});

test('more errors than promised leave less than nothing', () => {
  const level = kept({ calls: 1_000, errors: 2, p95Ms: 100 }, USUAL);
  expect(level.errorBudgetLeftPercent).toBeCloseTo(-100);
  expect(level.met).toBe(false);
});

test('a promise is broken by being slow alone, unless nothing was promised of time', () => {
  expect(kept({ calls: 10, errors: 0, p95Ms: 501 }, USUAL).met).toBe(false);
  expect(kept({ calls: 10, errors: 0, p95Ms: 501 }, { ...USUAL, p95Ms: 0 }).met).toBe(true);
});

test('nobody called: nothing is broken', () => {
  const none = { availabilityPercent: 100, burnRate: 0, errorBudgetLeftPercent: 100, met: true };
  expect(kept({ calls: 0, errors: 0, p95Ms: 0 }, USUAL)).toEqual(none);
});

test('a refusal is an answer', () => {
  expect(['NOT_FOUND', 'INVALID_ARGUMENT', 'CANCELLED', 'OK'].filter(isFault)).toEqual([]);
  expect(isFault('UNAVAILABLE')).toBe(true);
});

test('a handful of calls is no ground to call a promise kept or broken', () => {
  for (const met of [true, false]) expect(judged(FEWEST_CALLS - 1, met)).toBe('too few calls');
  expect(judged(FEWEST_CALLS, true)).toBe('kept');
  expect(judged(FEWEST_CALLS, false)).toBe('broken');
});
