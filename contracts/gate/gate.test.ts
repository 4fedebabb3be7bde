import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compare } from './compare.ts';
import { undocumented } from './documentation.ts';
import { buildImage, type Contracts, root } from './image.ts';
import { releasedContracts } from './released.ts';
import { breaking, told } from './report.ts';

let folder: string;
let current: Contracts;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-gate-'));
  current = await buildImage(root, join(folder, 'current.binpb'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What breaks somebody goes into a new version beside the old one, or is released as what it is: see contracts/README.md. */
test('nothing that was released breaks', async () => {
  const changes = await compare(await releasedContracts(), current);
  expect(breaking(changes).map(told).join('\n\n')).toBe('');
});

test('every part of a contract has a comment', () => {
  expect(undocumented(current).withoutComment).toEqual([]);
});

test('every RPC says for which reasons it refuses', () => {
  expect(undocumented(current).withoutReasons).toEqual([]);
});
