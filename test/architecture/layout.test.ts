import { expect, test } from 'vitest';
import { files, read, stemOf, tests, typescript } from './sources.ts';

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MOST_LINES = 300;

/** Names that say where code was put because nobody knew what it is. */
const VAGUE = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'managers', 'misc', 'shared', 'lib']);

/** Without comments and strings, so that a word in a sentence is not taken for code. */
function codeOf(path: string): string {
  return read(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, '');
}

test('no folder or file has a vague name', () => {
  const vague = files.filter((path) =>
    path.split('/').some((part) =>
      stemOf(part)
        .split('-')
        .some((word) => VAGUE.has(word)),
    ),
  );
  expect(vague).toEqual([]);
});

test('no file only hands on what others export', () => {
  expect(typescript.filter((path) => stemOf(path) === 'index')).toEqual([]);
});

test('names of TypeScript files are kebab-case', () => {
  expect(typescript.filter((path) => !KEBAB_CASE.test(stemOf(path)))).toEqual([]);
});

test('code is JavaScript with types that can be erased', () => {
  const syntax =
    /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w+\s*\{|^\s*(?:export\s+)?namespace\s+\w+\s*\{/m;
  expect(typescript.filter((path) => syntax.test(codeOf(path)))).toEqual([]);
});

test('no type check is switched off', () => {
  const here = 'test/architecture/layout.test.ts';
  const off = typescript.filter((path) => path !== here && /@ts-(?:ignore|nocheck)|biome-ignore-all/.test(read(path)));
  expect(off).toEqual([]);
});

test('files can be read in one go', () => {
  const long = typescript.filter((path) => !tests.includes(path) && read(path).split('\n').length > MOST_LINES);
  expect(long).toEqual([]);
});
