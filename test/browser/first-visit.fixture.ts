import type { Browser } from 'playwright-core';
import { newVisitor } from './chromium.fixture.ts';

/** How long somebody who was never here waits, in ms: from the navigation until products are shown with what is in stock, and until a click on one of them has led to its page. */
export async function firstVisit(browser: Browser, baseURL: string): Promise<{ usable: number; followed: number }> {
  const { page, context } = await newVisitor(browser, baseURL);
  await page.goto('/', { waitUntil: 'commit' });
  const products = page.getByRole('list', { name: 'A look around' });
  await products.getByText('In stock').first().waitFor();
  const usable = await page.evaluate<number>(
    'new Promise((resolve) => requestIdleCallback(() => resolve(performance.now())))',
  );
  await products.getByRole('link').first().click();
  await page.getByRole('button', { name: 'Add to cart' }).waitFor();
  const followed = await page.evaluate<number>('performance.now()');
  await context.close();
  return { usable, followed };
}
