import { expect, test } from 'vitest';
import { rulesPage } from '../../istio/rules/page.ts';
import { golden } from './golden.ts';

test('the page on rules is that of the rules', () => {
  const { actual, expected } = golden('../../istio/rules/README.md', rulesPage());
  expect(actual).toBe(expected);
});
