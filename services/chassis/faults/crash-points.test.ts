import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { crashPointsOf } from './crash-points.ts';

const folder = mkdtempSync(join(tmpdir(), 'tradewind-crash-'));
const file = join(folder, 'armed');
let deaths: number;
const die = () => void deaths++;

beforeEach(() => {
  deaths = 0;
  writeFileSync(file, 'relay:orders:published');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a process dies at the point that is armed, once', () => {
  const point = crashPointsOf({ FAULTS_ALLOWED: '1', CRASH_FILE: file }, die);
  point('relay:payments:published');
  expect([deaths, existsSync(file)]).toEqual([0, true]);
  point('relay:orders:published');
  point('relay:orders:published');
  expect([deaths, existsSync(file)]).toEqual([1, false]);
});

test('a process that does not allow faults lives on, whatever is armed', () => {
  crashPointsOf({ CRASH_FILE: file }, die)('relay:orders:published');
  crashPointsOf({ FAULTS_ALLOWED: '0', CRASH_FILE: file }, die)('relay:orders:published');
  expect([deaths, existsSync(file)]).toEqual([0, true]);
});
