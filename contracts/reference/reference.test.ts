import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { contractDocs, DOCS, REFERENCE, referencePages } from './pages.ts';

let pages: Map<string, string>;
beforeAll(async () => {
  pages = await referencePages();
});

test('the reference is that of the contracts; npm run generate writes it anew', () => {
  const written = readdirSync(REFERENCE).map((name) => [name, readFileSync(join(REFERENCE, name), 'utf8')] as const);
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(pages));
});

test('the comments that operations hands out are those of the contracts', async () => {
  expect(readFileSync(DOCS, 'utf8')).toBe(await contractDocs());
});

test('every link of the reference leads to a heading', () => {
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(' ', '-')
      .replace(/[^\w-]/g, '');
  const targets = new Set(
    [...pages].flatMap(([name, text]) => [
      name,
      ...[...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => `${name}#${anchor(heading)}`),
    ]),
  );
  const links = [...pages.values()].flatMap((text) => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to));
  expect(links.length).toBeGreaterThan(200);
  expect([...new Set(links)].filter((to) => !targets.has(to))).toEqual([]);
});

test('the page of a service tells its policy, its reasons with their codes, and who consumes its events', () => {
  const unpadded = (name: string) => pages.get(name)?.replaceAll(/ {2,}/g, ' ');
  const payments = unpadded('payments.md');
  expect(payments).toMatch(
    /\| \[GetPayment\]\(.*?\) \| service \| gateway, orders \| 1000 ms \| 3 tries, no side effects \|/,
  );
  expect(payments).toContain('| `payment_token` | string | min_len 1, max_len 200 | secret |');
  expect(payments).toContain('| `CARD_DECLINED` | FAILED_PRECONDITION | no | the card was declined: {decline_code} |');
  expect(unpadded('orders.md')).toMatch(
    /OrderPlaced\n\nAn order was taken\.\n[^#]*consumed by: read model orders\/order-summary/,
  );
});
