/** `node test/browser/first-page.ts`: how long a first visit takes until the shop can be used, and what is sent for it. */

import { stockSample } from '../../cli/demo/sample.ts';
import { load, machine } from '../bench/machine.ts';
import { printBars, printMachine } from '../bench/print.ts';
import { hasChromium, newVisitor, openBrowser } from './chromium.fixture.ts';
import { openConsole } from './console.fixture.ts';

const VISITS = 7;

if (!hasChromium) process.exit(1);
printMachine(machine(), load());
const [shop, browser] = await Promise.all([openConsole(), openBrowser()]);
try {
  await stockSample(shop.mesh.record, () => undefined);
  const times: number[] = [];
  for (let visit = 0; visit < VISITS; visit++) times.push(await firstVisit());
  times.sort((a, b) => a - b);
  printBars([
    { what: 'first page usable, median of 7 first visits', figure: times[3] ?? Number.NaN, most: 2000, unit: 'ms' },
    { what: 'first page usable, slowest of 7 first visits', figure: times[6] ?? Number.NaN, most: 2000, unit: 'ms' },
  ]);
} finally {
  await browser.close();
  await shop.close();
}

/** With nothing kept from before: from the navigation until products are shown and the page has time for its visitor. */
async function firstVisit(): Promise<number> {
  const { page, context } = await newVisitor(browser, shop.mesh.record.gatewayUrl);
  await page.goto('/', { waitUntil: 'commit' });
  await page.getByRole('list', { name: 'A look around' }).getByRole('link').first().waitFor();
  const usable = await page.evaluate<number>(
    'new Promise((resolve) => requestIdleCallback(() => resolve(performance.now())))',
  );
  await context.close();
  return usable;
}
