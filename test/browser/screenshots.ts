/** `npm run screenshots`: a picture of each page of the console, in a shop that was filled and has sold something, into `docs/pictures`. */
import { fileURLToPath } from 'node:url';
import { newVisitor, openBrowser } from './chromium.fixture.ts';
import { openConsole } from './console.fixture.ts';
import { operatePagesOf } from './operate-pages.fixture.ts';
import { pagesOf } from './pages.fixture.ts';

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const DESK = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };

/** The pages that are also shown as they are in the dark, and on a phone. */
const DARK = new Set(['home', 'order', 'operate-map', 'operate-story']);
const SMALL = new Set(['home', 'checkout', 'order', 'operate-map', 'operate-story', 'operate-rpc']);

const [shop, browser] = await Promise.all([
  openConsole({ env: { FAULTS_ALLOWED: '1', TRACES_PER_SECOND: '100' } }),
  openBrowser(),
]);
try {
  const journeys = [await pagesOf(shop), await operatePagesOf(shop)];
  const shoot = async (
    ending: string,
    wanted: (name: string) => boolean,
    options: Parameters<typeof newVisitor>[2],
  ) => {
    for (const pages of journeys) {
      const { page, context } = await newVisitor(browser, shop.mesh.record.gatewayUrl, {
        reducedMotion: 'reduce',
        ...options,
      });
      for (const { name, open } of pages) {
        await open(page);
        if (!wanted(name)) continue;
        await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => undefined);
        await page.evaluate('scrollTo(0, 0)');
        await page.screenshot({ path: `${FOLDER}console-${name}${ending}.png` });
        console.log(`docs/pictures/console-${name}${ending}.png`);
      }
      await context.close();
    }
  };
  await shoot('', () => true, { viewport: DESK, colorScheme: 'light' });
  await shoot('-dark', (name) => DARK.has(name), { viewport: DESK, colorScheme: 'dark' });
  await shoot('-phone', (name) => SMALL.has(name), { viewport: PHONE, colorScheme: 'light' });
} finally {
  await browser.close();
  await shop.close();
}
