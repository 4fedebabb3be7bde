import { expect, test } from 'vitest';
import { faultCatalogue } from '../chaos/fault-catalogue.ts';
import { faultPages } from '../chaos/fault-pages.ts';
import { golden } from './golden.ts';

test('the page on faults is that of the catalogue', () => {
  const { actual, expected } = golden('../../docs/faults.md', faultPages(faultCatalogue));
  expect(actual).toBe(expected);
});
