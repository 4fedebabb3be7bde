import { expect, test } from 'vitest';
import { files, read } from './sources.ts';

const TEXT = /\.(?:ts|mjs|js|json|md|proto|sql|ya?ml|csv)$|^(?:LICENSE|\.npmrc|\.gitignore)$/;

/** Where a developer's own machine keeps things; a path of a container image is none of these. */
const MACHINE_PATH = /\/(?:home|Users)\/[a-z]|\/root\/|(?<![\w.~@*])\/work\/|[A-Z]:\\\\?Users/;

const texts = files.filter((path) => TEXT.test(path) && path !== 'test/architecture/text.test.ts');

test('nothing names a place on one machine', () => {
  expect(texts.filter((path) => MACHINE_PATH.test(read(path)))).toEqual([]);
});

test('nothing is left to be done in a comment', () => {
  expect(texts.filter((path) => /\b(?:TODO|FIXME|HACK)\b/.test(read(path)))).toEqual([]);
});
