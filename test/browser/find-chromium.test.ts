import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { findChromium } from './find-chromium.ts';

function folderWith(...names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-browsers-'));
  for (const name of names) {
    writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

test('the browser that CHROMIUM_BIN names comes before those on the PATH', () => {
  const folder = folderWith('chromium', 'mine');
  expect(findChromium({ CHROMIUM_BIN: join(folder, 'mine'), PATH: folder })).toBe(join(folder, 'mine'));
});

test.each(['chromium', 'chromium-browser', 'google-chrome'])('%s is found anywhere on the PATH', (name) => {
  const folder = folderWith(name);
  expect(findChromium({ PATH: [folderWith(), folder].join(delimiter) })).toBe(join(folder, name));
});

test('without a browser it fails and says what is needed', () => {
  expect(() => findChromium({ PATH: folderWith('firefox') })).toThrow(/on the PATH, or another Chromium.*CHROMIUM_BIN/);
  expect(() => findChromium({ CHROMIUM_BIN: '/no/such/browser', PATH: folderWith('chromium') })).toThrow(
    'There is no browser at /no/such/browser',
  );
});
