import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stockSample } from '../../cli/demo/sample.ts';
import { freshConsole } from '../../services/console/fresh.ts';
import type { Shop } from '../e2e/shop.fixture.ts';
import { openBrowser } from './chromium.fixture.ts';
import { openConsole } from './console.fixture.ts';
import { firstVisit } from './first-visit.fixture.ts';

/** One file of the build, as vite writes it down. */
interface Chunk {
  file: string;
  isEntry?: boolean;
  isDynamicEntry?: boolean;
  imports?: string[];
}

const DIST = fileURLToPath(new URL('../../services/console/dist/', import.meta.url));
const MOST_BYTES = 250 * 1024;

beforeAll(() => freshConsole(() => undefined), 60_000);

/** A chunk and all that it cannot do without, by name. */
function needed(manifest: Record<string, Chunk>, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const other of manifest[name]?.imports ?? []) needed(manifest, other, found);
  return found;
}

function gzipped(manifest: Record<string, Chunk>, names: Iterable<string>): number {
  const files = new Set([...names].map((name) => manifest[name]?.file ?? ''));
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(`${DIST}${file}`), { level: 9 }).length, 0);
}

test('no first page takes more than 250 kB of compressed JavaScript', () => {
  const manifest = JSON.parse(readFileSync(`${DIST}.vite/manifest.json`, 'utf8')) as Record<string, Chunk>;
  const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry) ?? expect.unreachable();
  const pages = Object.keys(manifest).filter((name) => manifest[name]?.isDynamicEntry && name.includes('/'));
  const first = needed(manifest, entry);
  const sizes = pages.map((name) => [name, gzipped(manifest, [...first, ...needed(manifest, name)])] as const);
  console.log(`JavaScript of the first page: ${(gzipped(manifest, first) / 1024).toFixed(1)} kB gzipped`);
  expect(pages.length).toBeGreaterThan(8);
  expect([...sizes].filter(([, bytes]) => bytes > MOST_BYTES)).toEqual([]);
});

describe('a first visit', { timeout: 60_000 }, () => {
  const VISITS = 5;
  const MOST_MS = 2_000;
  let shop: Shop;
  let browser: Browser;
  beforeAll(async () => {
    [shop, browser] = await Promise.all([openConsole(), openBrowser()]);
    await stockSample(shop.mesh.record, () => undefined);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });

  test('shows products with what is in stock and follows a click within two seconds', async () => {
    const times: number[] = [];
    for (let visit = 0; visit < VISITS; visit++) {
      const { followed } = await firstVisit(browser, shop.mesh.record.gatewayUrl);
      times.push(followed);
    }
    times.sort((a, b) => a - b);
    console.log(`First visits, until a click was followed: ${times.map(Math.round).join(', ')} ms`);
    expect(times[Math.floor(VISITS / 2)]).toBeLessThanOrEqual(MOST_MS);
  });
});
