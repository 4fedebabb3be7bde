import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { demoText, timeText } from './print.ts';
import { tally } from './tally.ts';

const timing = { answers: [4, 6], outcome: 120, orderId: 'o1' };

function report(...surprises: string[]) {
  return told(0, surprises);
}

function told(unplaced: number, surprises: string[]) {
  const accepted = tally('accepted');
  accepted.count(timing, true);
  accepted.count({ answers: [], outcome: undefined, orderId: undefined }, surprises.length === 0);
  const scenarios = [accepted.report()];
  const total = { ...accepted.report(), name: 'all' };
  const counted = { products: 310, shoppers: 1, orders: 2, unplaced, seconds: 1.25, retries: 3 };
  return stripVTControlCharacters(demoText({ ...counted, scenarios, total, surprises, tooLate: [] }));
}

test('a report shows each scenario with its times, and says that all went well', () => {
  expect(report()).toMatch(/accepted\s*│\s*2\s*│\s*2\/2\s*│\s*4\.0 ms\s*│\s*6\.0 ms\s*│\s*120 ms/);
  expect(report()).toContain('✔ Every order ended as it must');
});

test('a report lists every surprise', () => {
  const text = report('accepted: order o2 ended CANCELLED instead of CONFIRMED');
  expect(text).toMatch(/accepted\s*│\s*2\s*│\s*1\/2/);
  expect(text).toContain('✗ accepted: order o2 ended CANCELLED instead of CONFIRMED');
  expect(text).toContain('✗ 1 of 2 orders did not end as they must');
});

test('a report of a demo that was given up says how much was left', () => {
  expect(told(198, ['accepted: order o2 stayed PENDING for 90 s'])).toContain(
    '✗ The mesh does not answer any more: 198 orders were not placed',
  );
  expect(report()).not.toContain('not placed');
});

test.each([
  [undefined, '–'],
  [3.21, '3.2 ms'],
  [48.6, '49 ms'],
  [2345, '2.35 s'],
])('%s is told as %s', (ms, text) => {
  expect(timeText(ms)).toBe(text);
});
