import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CARDS, cardOf } from './cards.ts';

test('the README lists exactly the cards the sandbox knows', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const listed = [...readme.matchAll(/`(tok_\w+)`/g)].map(([, token]) => token);
  expect([...new Set(listed)].sort()).toEqual(Object.keys(CARDS).sort());
});

test('a token that names a property every object has is not a card', () => {
  expect(cardOf('constructor')).toBeUndefined();
});
