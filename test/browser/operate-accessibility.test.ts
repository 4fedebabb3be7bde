import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Shop } from '../e2e/shop.fixture.ts';
import { barriersOf } from './axe.fixture.ts';
import { newVisitor, openBrowser } from './chromium.fixture.ts';
import { openConsole } from './console.fixture.ts';
import { operatePagesOf } from './operate-pages.fixture.ts';
import { operateStatesOf } from './operate-states.fixture.ts';
import type { ShownPage } from './pages.fixture.ts';

const NARROW = { width: 360, height: 740 };

describe('every page of the operators', { timeout: 240_000 }, () => {
  let shop: Shop;
  let browser: Browser;
  let pages: ShownPage[];
  let states: ShownPage[];
  beforeAll(async () => {
    const env = { OTEL_BSP_SCHEDULE_DELAY: '200', TRACES_PER_SECOND: '100', FAULTS_ALLOWED: '1' };
    [shop, browser] = await Promise.all([openConsole({ env }), openBrowser()]);
    pages = await operatePagesOf(shop);
    states = await operateStatesOf(shop);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });

  /** Looks at each of some pages in turn, as one visitor. */
  async function onEach<T>(
    shown: ShownPage[],
    options: Parameters<Browser['newContext']>[0],
    look: (page: Page) => Promise<T>,
  ) {
    const { page, context, complaints } = await newVisitor(browser, shop.mesh.record.gatewayUrl, options);
    const found: [string, T][] = [];
    for (const { name, open } of shown) {
      await open(page);
      found.push([name, await look(page)]);
    }
    await context.close();
    return { found, complaints };
  }

  test.each(['light', 'dark'] as const)('can be used with a screen reader, in %s colours', async (colorScheme) => {
    const { found, complaints } = await onEach(pages, { colorScheme, reducedMotion: 'reduce' }, barriersOf);
    expect(found.filter(([, problems]) => problems.length > 0)).toEqual([]);
    expect(found).toHaveLength(pages.length);
    expect(complaints).toEqual([]);
  });

  test.each(['light', 'dark'] as const)(
    'what it says when something is wrong or asked once more can be used with a screen reader, in %s colours',
    async (colorScheme) => {
      const { found, complaints } = await onEach(states, { colorScheme, reducedMotion: 'reduce' }, barriersOf);
      expect(found.filter(([, problems]) => problems.length > 0)).toEqual([]);
      expect(found).toHaveLength(states.length);
      expect(complaints).toEqual([]);
    },
  );

  test('fits a phone, begins in the upper third of it, has one first heading, and says in the tab what it is', async () => {
    const { found } = await onEach(pages, { viewport: NARROW }, async (page) => ({
      width: await page.evaluate<number>('document.documentElement.scrollWidth'),
      top: await page.evaluate<number>(`document.querySelector('h1').getBoundingClientRect().top`),
      headings: await page.getByRole('heading', { level: 1 }).count(),
      tab: await page.title(),
    }));
    const isAmiss = ({ width, top, headings }: (typeof found)[number][1]) =>
      width > NARROW.width || top > NARROW.height / 3 || headings !== 1;
    expect(found.filter(([, seen]) => isAmiss(seen))).toEqual([]);
    expect(new Set(found.map(([, { tab }]) => tab)).size).toBe(pages.length);
  });
});
