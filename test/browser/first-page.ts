/** `node test/browser/first-page.ts`: how long a first visit takes until the shop can be used, and what is sent for it. */

import { stockSample } from '../../cli/demo/sample.ts';
import { load, machine } from '../bench/machine.ts';
import { printBars, printMachine } from '../bench/print.ts';
import { openBrowser } from './chromium.fixture.ts';
import { openConsole } from './console.fixture.ts';
import { firstVisit } from './first-visit.fixture.ts';

const VISITS = 7;

printMachine(machine(), load());
const [shop, browser] = await Promise.all([openConsole(), openBrowser()]);
try {
  await stockSample(shop.mesh.record, () => undefined);
  const times: number[] = [];
  for (let visit = 0; visit < VISITS; visit++) {
    const { usable } = await firstVisit(browser, shop.mesh.record.gatewayUrl);
    times.push(usable);
  }
  times.sort((a, b) => a - b);
  printBars([
    { what: 'first page usable, median of 7 first visits', figure: times[3] ?? Number.NaN, most: 2000, unit: 'ms' },
    { what: 'first page usable, slowest of 7 first visits', figure: times[6] ?? Number.NaN, most: 2000, unit: 'ms' },
  ]);
} finally {
  await browser.close();
  await shop.close();
}
