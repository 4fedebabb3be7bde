import { beforeAll, expect, test } from 'vitest';
import { type Outcome, saturate } from './saturation/saturate.ts';

/** Ten connections held for 20 ms each: 500 calls a second at most. */
const WORK = { computeMs: 0.1, places: 10, holdMs: 20 };
let outcome: Outcome;

beforeAll(async () => {
  const [, past] = await saturate(WORK, [100, 2_000], 3);
  outcome = past ?? expect.unreachable();
});

const of = (priority: string) => outcome.byPriority[priority] ?? expect.unreachable();

test('past its capacity a server turns background work away first, and says when to come back', () => {
  const { BACKGROUND, CRITICAL } = { BACKGROUND: of('BACKGROUND'), CRITICAL: of('CRITICAL') };
  const shareRefused = ({ answered, refused, late }: typeof BACKGROUND) => refused / (answered + refused + late);
  expect(BACKGROUND.refused).toBeGreaterThan(0);
  expect(shareRefused(BACKGROUND)).toBeGreaterThan(shareRefused(CRITICAL));
  for (const priority of ['CRITICAL', 'NORMAL', 'BACKGROUND']) expect(of(priority).hinted).toBe(of(priority).refused);
});

test('past its capacity a server goes on answering, what matters most before all', () => {
  expect(outcome.goodput).toBeGreaterThan(0);
  expect(of('CRITICAL').answered).toBeGreaterThan(0);
});

test('what waits is bounded, and so is memory', () => {
  expect(outcome.rssMb).toBeLessThan(600);
});
