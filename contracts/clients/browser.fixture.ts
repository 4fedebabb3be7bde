import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';

/** A browser to try a bundle in: CHROMIUM_BIN, or where Debian puts it. Undefined where there is none. */
export const browserFile = [process.env.CHROMIUM_BIN, '/usr/bin/chromium'].find((file) => file && existsSync(file));

/** Shows a page made of one script, and answers its title once that matches. What a page says on its console ends up in the error. */
export async function titleIn(
  file: string,
  script: string,
  data: Record<string, string>,
  wanted: RegExp,
): Promise<string> {
  const attributes = Object.entries(data).map(([name, value]) => `data-${name}="${value}"`);
  const page = `<!doctype html><title>…</title><body ${attributes.join(' ')}><script type="module" src="/script.js"></script>`;
  const server = createServer((request, response) => {
    const isScript = request.url === '/script.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isScript ? readFileSync(script) : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: file, args: ['--no-sandbox'] });
  const said: string[] = [];
  try {
    const tab = await browser.newPage();
    tab.on('console', (message) => said.push(message.text()));
    tab.on('pageerror', (error) => said.push(error.message));
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.waitForFunction(`${wanted}.test(document.title)`, undefined, { timeout: 15_000 });
    return await tab.title();
  } catch (cause) {
    throw new Error(`the page did not get there: ${said.join('; ')}`, { cause });
  } finally {
    await browser.close();
    server.close();
  }
}
