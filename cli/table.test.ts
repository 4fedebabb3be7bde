import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { table, timeText } from './table.ts';

const lines = (...given: Parameters<typeof table>) => stripVTControlCharacters(table(...given)).split('\n');

test('numbers stand to the right, words to the left', () => {
  expect(
    lines(
      ['title', 'pieces'],
      [
        ['tent', 5],
        ['canister', 1_000n],
      ],
    ),
  ).toEqual(expect.arrayContaining(['│ title    │ pieces │', '│ tent     │      5 │', '│ canister │   1000 │']));
});

test('a column with one word among its numbers is a column of words', () => {
  expect(lines(['each'], [[5], ['none']])).toContain('│ 5    │');
});

test('nothing is one line that says so', () => {
  expect(table(['id'], [], 'No saga.')).toBe('No saga.');
});

test('a time tells its zone, and one that is not there a dash', () => {
  expect(timeText(new Date('2026-03-01T12:30:59.999Z'))).toBe('2026-03-01 12:30:59 UTC');
  expect(timeText(undefined)).toBe('–');
});
