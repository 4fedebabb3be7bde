import { expect, test } from 'vitest';
import { checkDigit, newTrackingNumber } from './tracking-number.ts';

test('the check digit is that of the example in UPU S10', () => {
  expect(checkDigit('47312482')).toBe(9);
});

test('a number has the form of UPU S10 and its own check digit', () => {
  const number = newTrackingNumber();
  expect(number).toMatch(/^TW\d{9}DE$/);
  expect(Number(number[10])).toBe(checkDigit(number.slice(2, 10)));
});
