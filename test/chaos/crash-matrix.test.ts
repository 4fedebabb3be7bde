import { expect, test } from 'vitest';
import { seededRandom } from '../../cli/demo/random.ts';
import { accepted } from '../../cli/demo/scenarios/bought.ts';
import { crashCases } from './crash-cases.ts';
import { runCrashMatrix } from './crash-matrix.ts';

const SEED = 3;
const CASES = 2;
const LIMIT_MS = 240_000;

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

test('a process killed in the middle of a checkout comes back and every order ends as it must', {
  timeout: LIMIT_MS,
}, async () => {
  // Of the whole matrix only what takes seconds: a participant that dies is left alone for half a minute or more. `npm run chaos` takes them all.
  const quick = crashCases.filter(({ point, scenario }) => point.startsWith('saga:') && scenario === accepted);
  const chosen = seededRandom(SEED).sample(quick, CASES);
  const { crashes, problems } = await runCrashMatrix(chosen);
  expect(problems).toEqual([]);
  expect(crashes).toBe(CASES);
});
