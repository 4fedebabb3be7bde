import { expect, test } from 'vitest';
import { mixOf } from './mix.ts';
import { seededRandom } from './random.ts';
import { scenarios } from './scenarios/all.ts';

const counts = (mix: readonly { name: string }[]) =>
  scenarios.map(({ name }) => mix.filter((each) => each.name === name).length);
const names = (seed: number, orders = 200) => mixOf(scenarios, orders, seed).map(({ name }) => name);

test('one seed is one mix, another seed another order of the same parts', () => {
  expect(names(7)).toEqual(names(7));
  expect(names(8)).not.toEqual(names(7));
  expect(names(8).toSorted()).toEqual(names(7).toSorted());
});

test.each([1, 5, 15, 16, 200, 1000])('a mix of %i orders has exactly so many', (orders) => {
  expect(mixOf(scenarios, orders, 1)).toHaveLength(orders);
});

test('every scenario is played as soon as there are orders enough', () => {
  expect(Math.min(...counts(mixOf(scenarios, scenarios.length, 1)))).toBe(1);
});

test('most orders are simply accepted', () => {
  const [accepted = 0, ...others] = counts(mixOf(scenarios, 200, 1));
  expect(accepted).toBeGreaterThan(60);
  expect(accepted).toBeGreaterThan(Math.max(...others) * 2);
});

test('chance is the same for one seed and stream, and takes nothing twice', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  expect(seededRandom(3, 4).sample(items, 10)).toEqual(seededRandom(3, 4).sample(items, 10));
  expect(seededRandom(3, 5).sample(items, 10)).not.toEqual(seededRandom(3, 4).sample(items, 10));
  expect(new Set(seededRandom(3, 4).sample(items, 50))).toEqual(new Set(items));
  expect(
    seededRandom(3, 4)
      .shuffled(items)
      .toSorted((a, b) => a - b),
  ).toEqual(items);
});
