import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import type { Shop } from '../e2e/shop.fixture.ts';
import { barriersOf } from './axe.fixture.ts';
import { newVisitor, openBrowser } from './chromium.fixture.ts';
import { openConsole } from './console.fixture.ts';
import { pagesOf, type ShownPage } from './pages.fixture.ts';
import { statesOf } from './states.fixture.ts';

const COLOURS = ['light', 'dark'] as const;
const NARROW = { width: 360, height: 740 };

describe('every page', { timeout: 120_000 }, () => {
  let shop: Shop;
  let browser: Browser;
  let pages: ShownPage[];
  let states: ShownPage[];
  beforeAll(async () => {
    [shop, browser] = await Promise.all([openConsole(), openBrowser()]);
    pages = await pagesOf(shop);
    states = await statesOf(shop);
  }, 120_000);
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

  test.each(COLOURS)('can be used with a screen reader and told apart by eye, in %s colours', async (colorScheme) => {
    const { found, complaints } = await onEach(pages, { colorScheme, reducedMotion: 'reduce' }, barriersOf);
    expect(found.filter(([, problems]) => problems.length > 0)).toEqual([]);
    expect(found).toHaveLength(pages.length);
    expect(complaints).toEqual([]);
  });

  test.each(COLOURS)(
    'what it says when something is wrong or asked once more can be used with a screen reader and told apart by eye, in %s colours',
    async (colorScheme) => {
      const { found, complaints } = await onEach(states, { colorScheme, reducedMotion: 'reduce' }, barriersOf);
      expect(found.filter(([, problems]) => problems.length > 0)).toEqual([]);
      expect(found).toHaveLength(states.length);
      expect(complaints).toEqual([]);
    },
  );

  test('fits a phone, nothing running out at the side', async () => {
    const { found } = await onEach(pages, { viewport: NARROW }, (page) =>
      page.evaluate<number>('document.documentElement.scrollWidth'),
    );
    expect(found.filter(([, width]) => width > NARROW.width)).toEqual([]);
  });

  test('has one first heading, and says in the tab what it is', async () => {
    const { found } = await onEach(pages, {}, async (page) => ({
      headings: await page.getByRole('heading', { level: 1 }).count(),
      tab: await page.title(),
    }));
    expect(found.filter(([, { headings }]) => headings !== 1)).toEqual([]);
    expect(new Set(found.map(([, { tab }]) => tab)).size).toBe(pages.length);
  });

  test('that there is none is said as well', async () => {
    const { page } = await newVisitor(browser, shop.mesh.record.gatewayUrl);
    await page.goto('/');
    await page.evaluate(`history.pushState({}, '', '/${newId()}'); dispatchEvent(new PopStateEvent('popstate'))`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect((await page.request.get(`/${newId()}`)).status()).toBe(404);
  });
});
