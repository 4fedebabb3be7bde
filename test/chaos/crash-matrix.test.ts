import { expect, test } from 'vitest';
import { seededRandom } from '../../cli/demo/random.ts';
import { crashCases } from './crash-cases.ts';
import { runCrashMatrix } from './crash-matrix.ts';

const SEED = 3;
const CASES = 5;
const LIMIT_MS = 120_000;

test('no point is named twice', () => {
  expect(new Set(crashCases.map(({ point }) => point)).size).toBe(crashCases.length);
});

test('every step and compensation of the checkout has its points', () => {
  const points = crashCases.map(({ point }) => point);
  const steps = ['reserve stock', 'authorize payment', 'confirm order', 'commit stock', 'capture payment'];
  const undos = ['undo authorize payment', 'undo reserve stock', 'undo conclusion'];
  const wanted = [...steps, 'create shipment', ...undos].flatMap((step) =>
    ['before', 'after', 'stored'].map((moment) => `saga:checkout/${step}:${moment}`),
  );
  expect(points).toEqual(expect.arrayContaining(wanted));
});

test('a process killed at any point comes back and every order ends as it must', { timeout: LIMIT_MS }, async () => {
  const chosen = seededRandom(SEED).sample(crashCases.slice(0, -1), CASES);
  const { crashes, problems } = await runCrashMatrix(chosen);
  expect(problems).toEqual([]);
  expect(crashes).toBe(CASES);
});
