import { expect, test } from 'vitest';
import { Misuse } from '../../failure.ts';
import { itemOf } from './item.ts';

test.each([
  ['tent', 'tent', 1n],
  ['two-person tent=12', 'two-person tent', 12n],
  ['a=b=1000', 'a=b', 1000n],
])('%s is a product and how many of it', (word, named, quantity) => {
  expect(itemOf(word)).toEqual({ named, quantity });
});

test.each([
  ['headlamp=99999999999999999999', '99999999999999999999'],
  ['headlamp=1001', '1001'],
  ['headlamp=0', '0'],
  ['headlamp=-1', '-1'],
  ['headlamp=1.5', '1.5'],
  ['headlamp=two', 'two'],
  ['headlamp=', ''],
])('%s is refused with what was typed and the bounds of the contract', (word, typed) => {
  expect(() => itemOf(word)).toThrow(
    new Misuse(`“${typed}” is not a quantity: it must be a whole number from 1 to 1000.`),
  );
});

test('a quantity without a product is refused', () => {
  expect(() => itemOf('=2')).toThrow(new Misuse('“=2” names no product.'));
});
