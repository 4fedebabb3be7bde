import { expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';

test('equal requests have equal fingerprints', () => {
  expect(fingerprint('r', 'order', 5n, 'EUR')).toBe(fingerprint('r', 'order', 5n, 'EUR'));
});

test('parts cannot be shifted into one another, and an absent part is not an empty one', () => {
  expect(fingerprint('r', 'ab', 'c')).not.toBe(fingerprint('r', 'a', 'bc'));
  expect(fingerprint('r', undefined)).not.toBe(fingerprint('r', ''));
});

test('one card used in two requests cannot be recognised', () => {
  expect(fingerprint('r1', 'tok_visa')).not.toBe(fingerprint('r2', 'tok_visa'));
});
