import type { Page } from 'playwright-core';
import type { Shop } from '../e2e/shop.fixture.ts';
import { signInAsOperator } from './operator.fixture.ts';
import type { ShownPage } from './pages.fixture.ts';

/** What pages of the operators look like when something is on or is asked once more, in a mesh with dead letters and shoppers. They are visited in this order by one visitor, who signs in first. */
export async function operateStatesOf(shop: Shop): Promise<ShownPage[]> {
  const { email } = await shop.shopper();
  // The newest user is shown with their sessions: one who is left alone.
  await shop.shopper();
  const dialogue = (page: Page, name: string) => page.getByRole('dialog', { name });
  return [
    {
      name: 'asked whether to block a user',
      open: async (page) => {
        await signInAsOperator(page, shop, `/operate/users?query=${encodeURIComponent(email)}`);
        await page.getByRole('link', { name: email }).click();
        await page.getByRole('button', { name: 'Block …' }).click();
        await dialogue(page, 'Block this user?').waitFor();
      },
    },
    {
      name: 'a blocked user',
      open: async (page) => {
        await dialogue(page, 'Block this user?').getByLabel('Reason').fill('tried out');
        await dialogue(page, 'Block this user?').getByRole('button', { name: 'Block' }).click();
        await page.getByRole('button', { name: 'Let in again …' }).click();
        await dialogue(page, 'Let this user in again?').waitFor();
        await dialogue(page, 'Let this user in again?').getByLabel('Reason').fill('tried out');
        await dialogue(page, 'Let this user in again?').getByRole('button', { name: 'Let in' }).click();
        await page.getByRole('button', { name: 'Block …' }).waitFor();
      },
    },
    {
      name: 'asked whether to discard dead letters',
      open: async (page) => {
        await page.goto('/operate/dead-letters');
        await page.getByLabel('Choose all').check();
        await page.getByRole('button', { name: /^Discard/ }).click();
        await page.getByRole('dialog').getByLabel('Reason').waitFor();
      },
    },
    {
      name: 'a fault that is on',
      open: async (page) => {
        await page.goto('/operate/faults');
        await page.getByLabel('RPC, contract or *').fill('tradewind.catalog.v1.CatalogService/ImportProducts');
        await page.getByLabel('Answered with').selectOption('UNAVAILABLE');
        await page.getByRole('button', { name: 'Set it' }).click();
        await page.getByRole('region', { name: 'Faults that are on' }).waitFor();
      },
    },
    {
      name: 'a contract that cannot be called so',
      open: async (page) => {
        await page.goto('/operate/contracts/tradewind.catalog.v1.CatalogService/GetProduct');
        await page.getByRole('button', { name: 'Call GetProduct' }).click();
        await page.getByText('INVALID_ARGUMENT').first().waitFor();
      },
    },
  ];
}
