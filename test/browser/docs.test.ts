import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { startMesh } from '../../services/gateway/mesh.fixture.ts';
import { newVisitor, openBrowser } from './chromium.fixture.ts';

describe('the pages of the API, in a browser', () => {
  let browser: Browser;
  let mesh: Awaited<ReturnType<typeof startMesh>>;

  beforeAll(async () => {
    mesh = await startMesh([[CatalogService, { searchProducts: async () => ({ products: [{ title: 'Kettle' }] }) }]]);
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await mesh.stop();
  });

  test('lead from a search to an operation that can be tried, and keep to their own policy', async () => {
    const { page, context, complaints } = await newVisitor(browser, mesh.url);
    await page.goto('/docs');
    await page.getByLabel('Search').fill('products full text');
    await page.getByRole('link', { name: 'GET /v1/products:search' }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    const answer = page.getByRole('status', { name: 'Answer' });
    await answer.getByText('Kettle').waitFor();
    expect(await answer.textContent()).toBe('200 OK\n\n{"products":[{"title":"Kettle"}]}\n');
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test.each(['light', 'dark'] as const)(
    'can be read by everybody, %s as well',
    async (colorScheme) => {
      const { page, context } = await newVisitor(browser, mesh.url, {
        colorScheme,
        viewport: { width: 360, height: 740 },
      });
      for (const path of ['/docs', '/docs/orders.v2.OrdersService.PlaceOrder']) {
        await page.goto(path);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${path} ${id} ${nodes[0]?.html}`)).toEqual([]);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(`${path} ${width}`).toBe(`${path} 360`);
      }
      await context.close();
    },
    60_000,
  );
});
