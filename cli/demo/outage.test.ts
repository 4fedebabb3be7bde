import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { StoodStill } from './follow.ts';
import { type Outage, outage } from './outage.ts';
import { Surprise } from './surprise.ts';

const silence = new ConnectError('connection refused', Code.Unavailable);

function noted(watch: Outage, ...ends: unknown[]): boolean {
  for (const end of ends) watch.note(end);
  return watch.isOn();
}

test('an outage is on when half of the orders on their way wait in vain', () => {
  const watch = outage(6);
  expect(noted(watch, silence, undefined, new StoodStill(), undefined)).toBe(false);
  expect(noted(watch, silence)).toBe(true);
});

test('orders that are served again end it', () => {
  const watch = outage(6);
  expect(noted(watch, silence, silence, silence, silence, silence, silence)).toBe(true);
  expect(noted(watch, undefined, undefined, undefined, undefined)).toBe(false);
});

test.each([
  ['one order of a few', [silence]],
  ['orders that end otherwise than they should', Array.from({ length: 9 }, () => new Surprise('two orders'))],
  ['faults of our own', Array.from({ length: 9 }, () => new TypeError('undefined is not a function'))],
])('%s that fail are no outage', (_, ends) => {
  expect(noted(outage(1), ...ends)).toBe(false);
});
