import { beforeAll, expect, test } from 'vitest';
import { brokenPromises } from './saturation/kept-promises.ts';
import { type Outcome, saturate } from './saturation/saturate.ts';

/** Ten connections held for 20 ms each: 500 calls a second at most. */
const WORK = { computeMs: 0.1, places: 10, holdMs: 20 };
let outcome: Outcome;

beforeAll(async () => {
  const [, past] = await saturate(WORK, [100, 2_000], 3);
  outcome = past ?? expect.unreachable();
});

const of = (priority: string) => outcome.byPriority[priority] ?? expect.unreachable();

test('past its capacity a server turns background work away before all else, says when to come back, and what waits takes a bounded memory', () => {
  expect(of('BACKGROUND').refused).toBeGreaterThan(0);
  expect(brokenPromises(outcome)).toEqual([]);
});

test('past its capacity a server goes on answering what matters most', () => {
  expect(of('CRITICAL').answered).toBeGreaterThan(0);
});

test('a promise that is broken is told', () => {
  const none = { goodput: 0, answered: 0, refused: 0, hinted: 0, late: 0, p50: 0, p99: 0 };
  const BACKGROUND = { ...none, answered: 10 };
  const CRITICAL = { ...none, answered: 9, refused: 1 };
  const broken = brokenPromises({ offered: 20, goodput: 19, rssMb: 2_000, byPriority: { CRITICAL, BACKGROUND } });
  expect(broken).toEqual([
    '1 of 1 CRITICAL calls refused without a hint when to come again',
    'a larger share of CRITICAL calls refused than of BACKGROUND calls',
    '2000 MB of memory, 600 at most',
  ]);
});
