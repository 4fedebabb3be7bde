import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from './find-chromium.ts';

// Looked for before anything is started, so that a machine without a browser is told at once.
const PROGRAM = findChromium(process.env);

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) =>
  complain([event.violatedDirective, event.blockedURI, event.sample].join(' ')))`;

/** A page of somebody who was never here, and what it complained of: errors of scripts, and what the content security policy kept it from. */
export async function newVisitor(
  browser: Browser,
  baseURL: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
  const context = await browser.newContext({ baseURL, locale: 'en-IE', timezoneId: 'Europe/Berlin', ...options });
  const complaints: string[] = [];
  await context.exposeFunction('complain', (text: string) => complaints.push(text));
  await context.addInitScript({ content: TELL_VIOLATIONS });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.setDefaultTimeout(15_000);
  return { context, page, complaints };
}
