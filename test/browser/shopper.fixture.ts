/** What a shopper does, by what they see: labels and names, never the page's structure. */
import type { Page } from 'playwright-core';
import { productPath } from '../../services/console/app/paths.ts';

export const PASSWORD = 'correct horse battery';

/** Fills the sign-in in, on a page that shows it. */
export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Opens a product and puts one piece into the cart. */
export async function putIntoCart(page: Page, productId: string): Promise<void> {
  await page.goto(productPath(productId));
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByText('1 in your cart').waitFor();
}

/** Goes to the checkout as somebody who has no account yet and makes one on the way. */
export async function signUpAtCheckout(page: Page, email: string): Promise<void> {
  await page.getByRole('link', { name: /^Cart/ }).click();
  await page.getByRole('link', { name: 'Sign in and check out' }).click();
  await page.getByRole('link', { name: 'Make an account' }).click();
  await page.getByLabel('Name').fill('Ada Lovelace');
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Make account' }).click();
  await page.getByRole('heading', { name: 'Check out' }).waitFor();
}

/** Fills the checkout in and places the order; answers on the order's page, with the order's id. */
export async function placeOrder(page: Page, card?: string): Promise<string> {
  await page.getByLabel('Street and number').fill('Invalidenstr. 117');
  await page.getByLabel('Postal code').fill('10115');
  await page.getByLabel('Town or city').fill('Berlin');
  if (card) await page.getByRole('radio', { name: card }).check();
  await page.getByRole('button', { name: 'Place order' }).click();
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}
