import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canReach, wipeElsewhere, writable } from './unprivileged.ts';

const nobody = { uid: 65_534, gid: 65_534 };
const root = process.getuid?.() === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-account-'));
});
afterEach(() => {
  wipeElsewhere(join(folder, 'home', 'data'));
  rmSync(folder, { recursive: true });
});

test('a folder closed to others is out of reach, one that lets them pass is not in the way', () => {
  mkdirSync(join(folder, 'open'), { mode: 0o755 });
  chmodSync(folder, 0o700);
  expect(canReach(nobody, join(folder, 'open'))).toBe(false);
  chmodSync(folder, 0o711);
  expect(canReach(nobody, join(folder, 'open'))).toBe(true);
  expect(canReach(undefined, folder)).toBe(true);
});

test.runIf(root)(
  'data of a folder nobody can pass to is kept elsewhere, in the same place each time, until wiped',
  () => {
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'home'), { mode: 0o700 });
    const place = writable(nobody, join(folder, 'home', 'data'));
    expect(place).not.toContain(folder);
    expect(statSync(place).uid).toBe(nobody.uid);
    expect(writable(nobody, join(folder, 'home', 'data'))).toBe(place);
    wipeElsewhere(join(folder, 'home', 'data'));
    expect(existsSync(place)).toBe(false);
  },
);

test.runIf(root)('data is kept where it was asked for when that can be reached', () => {
  chmodSync(folder, 0o711);
  expect(writable(nobody, join(folder, 'data'))).toBe(join(folder, 'data'));
  expect(statSync(join(folder, 'data')).uid).toBe(nobody.uid);
});
