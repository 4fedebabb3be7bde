import { expect, test } from 'vitest';
import { importsOf, typescript } from './sources.ts';

const home = 'services/console/';

/** What Node runs to build the pages; it is no part of them. */
const BUILD = new Set(['build.ts', 'fresh.ts', 'theme-css.ts', 'vite.config.ts'].map((name) => `${home}${name}`));

/** Values and the words errors are told in, which mean the same in a browser as in a service. */
const SHARED = new Set(['#chassis/money.ts', '#chassis/domain-error.ts']);

const pages = typescript.filter((path) => path.startsWith(home) && !path.endsWith('.test.ts') && !BUILD.has(path));
const imports = pages.flatMap((from) => importsOf(from).map((to) => ({ from, to })));
const shown = (some: typeof imports) => some.map(({ from, to }) => `${from} → ${to}`);
const within = (folder: string) => imports.filter(({ from }) => from.startsWith(`${home}${folder}/`));

test('the console knows services by their contracts only', () => {
  const beyond = imports.filter(
    ({ to }) =>
      (/^(?:services|cli|test)\//.test(to) && !to.startsWith(home)) || (to.startsWith('#chassis/') && !SHARED.has(to)),
  );
  expect(pages.length).toBeGreaterThan(40);
  expect(shown(beyond)).toEqual([]);
});

test('its pages import nothing that only Node has', () => {
  expect(shown(imports.filter(({ to }) => to.startsWith('node:') || BUILD.has(to)))).toEqual([]);
});

test('what it calls with and who is signed in know no page', () => {
  const upward = [...within('transport'), ...within('session')].filter(({ to }) =>
    /^services\/console\/(?:app|shop|operate)\//.test(to),
  );
  expect(shown(upward)).toEqual([]);
});

test('shopping and operating know nothing of each other', () => {
  const across = [
    ...within('shop').filter(({ to }) => to.startsWith(`${home}operate/`)),
    ...within('operate').filter(({ to }) => to.startsWith(`${home}shop/`)),
  ];
  expect(shown(across)).toEqual([]);
});
