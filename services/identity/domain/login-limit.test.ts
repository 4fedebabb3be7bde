import { expect, test } from 'vitest';
import { type Attempts, waitSeconds } from './login-limit.ts';

const limit = { perAccount: 3, perAddress: 5, windowSeconds: 60, blockSeconds: 3600 };
const now = new Date(1_000_000);
const counted = (scope: Attempts['scope'], count: number, secondsLeft: number): Attempts => ({
  scope,
  count,
  windowEnds: new Date(now.getTime() + secondsLeft * 1000),
});

test('lets tries pass up to the limit itself', () => {
  expect(waitSeconds([counted('account', 3, 60), counted('address', 5, 60)], limit, now)).toBe(0);
});

test('asks to wait until the window of the account ends', () => {
  expect(waitSeconds([counted('account', 4, 12.3), counted('address', 1, 60)], limit, now)).toBe(13);
});

test('asks to wait for the longer of two windows', () => {
  expect(waitSeconds([counted('account', 4, 10), counted('address', 6, 40)], limit, now)).toBe(40);
});
