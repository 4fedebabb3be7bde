import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { read, typescript } from './sources.ts';

/** Read as a whole: the tables of a schema by `schema.test.ts`, what is set for vitest by vitest. */
const READ_AS_A_WHOLE = /^services\/\w+\/store\/schema\.ts$|^vitest\.config\.ts$|\/global-setup\.ts$/;

const DECLARED =
  /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/gm;
const LISTED = /^export (?:type )?\{([^}]*)\}/gm;
const TAKEN = /\b(?:import|export)\s+(?:type\s+)?(?:\w+\s*,\s*)?\{([^}]*)\}\s*from\s*'([^']+)'/g;
const TAKEN_WHOLE = /\*(?:\s+as\s+\w+)?\s+from\s*'([^']+)'|\b(?:import|new URL)\(\s*'([^']+)'/g;

const wordsOf = (list = '') =>
  list
    .split(',')
    .map((item) => item.trim().replace(/^type\s+/, ''))
    .filter((item) => item !== '');

/** The file that a specifier means. */
function fileOf(specifier: string, from: string): string {
  if (specifier.startsWith('#chassis/')) return specifier.replace('#chassis/', 'services/chassis/');
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : specifier;
}

function exportsOf(path: string): string[] {
  const code = read(path);
  const listed = [...code.matchAll(LISTED)].flatMap(([, list]) =>
    wordsOf(list).map((word) => word.split(' as ').at(-1)),
  );
  return [...[...code.matchAll(DECLARED)].map(([, name]) => name), ...listed].filter((name) => name !== undefined);
}

/** `file name` of all that some other file takes, and `file *` where it takes everything. */
const taken = new Set(
  typescript.flatMap((from) => {
    const code = read(from);
    const named = [...code.matchAll(TAKEN)].flatMap(([, list, specifier = '']) =>
      wordsOf(list).map((word) => `${fileOf(specifier, from)} ${word.split(' as ')[0]}`),
    );
    const whole = [...code.matchAll(TAKEN_WHOLE)].map(
      ([, named, called]) => `${fileOf(named ?? called ?? '', from)} *`,
    );
    return [...named, ...whole];
  }),
);

/** A type that says what something else of its file takes or gives belongs to what that offers, whether or not anybody needs its name. */
function explains(path: string, name: string): boolean {
  const code = read(path);
  const isType = new RegExp(`^export (?:interface|type) ${name}\\b`, 'm').test(code);
  return isType && [...code.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length > 1;
}

test('what a file exports another file takes', () => {
  const unused = typescript
    .filter((path) => !READ_AS_A_WHOLE.test(path) && !taken.has(`${path} *`))
    .flatMap((path) => exportsOf(path).map((name) => ({ path, name })))
    .filter(({ path, name }) => !taken.has(`${path} ${name}`) && !explains(path, name))
    .map(({ path, name }) => `${path} ${name}`);
  expect(unused).toEqual([]);
});
