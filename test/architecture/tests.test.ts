import { expect, test } from 'vitest';
import { read, tests } from './sources.ts';

/** This file names what it looks for. */
const others = tests.filter((path) => path !== 'test/architecture/tests.test.ts');

/** Lines with an assertion that a condition may skip. A condition inside a callback of a loop or a filter asserts nothing and is fine. */
function conditionalAssertions(path: string): string[] {
  return read(path)
    .split('\n')
    .flatMap((line, index) =>
      /^\s*(?:\}\s*else\b|else\b|if\s*\(.*)\s*.*\bexpect\(/.test(line) ? [`${path}:${index + 1}`] : [],
    )
    .concat(assertionsInBlocks(path));
}

/** An `if` block holds what is indented deeper than it, since the formatter says so. */
function assertionsInBlocks(path: string): string[] {
  const lines = read(path).split('\n');
  const found: string[] = [];
  let block: number | undefined;
  for (const [index, line] of lines.entries()) {
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    if (block !== undefined && indent <= block) block = undefined;
    if (block !== undefined && /\bexpect\(/.test(line)) found.push(`${path}:${index + 1}`);
    if (block === undefined && /^\s*(?:\}\s*else\s*)?(?:if\s*\(.*\)|else)\s*\{$/.test(line)) block = indent;
  }
  return found;
}

test('no assertion depends on a condition', () => {
  expect(others.flatMap(conditionalAssertions)).toEqual([]);
});

test('no test is left out or run alone', () => {
  const chosen = /\b(?:test|it|describe|suite)\.(?:skip|only|todo|fails)\b|\bx(?:it|describe|test)\(/;
  expect(others.filter((path) => chosen.test(read(path)))).toEqual([]);
});

/** A double may be slow on purpose; what a test itself does is wait for something to become true. */
test('no test waits for time to pass', () => {
  const sleep = /^(?: {2}| {4})await (?:sleep|setTimeout|new Promise\b.*\bsetTimeout)\b/m;
  expect(others.filter((path) => sleep.test(read(path)))).toEqual([]);
});

test('every test file asserts something', () => {
  expect(others.filter((path) => !/\bexpect\b|\bassert\b|Laws?\(/.test(read(path)))).toEqual([]);
});
