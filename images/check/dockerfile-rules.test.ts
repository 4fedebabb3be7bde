import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../contracts/gate/image.ts';
import { dockerfileFindings, ignoreFindings } from './dockerfile-rules.ts';
import { ignoredBy } from './ignored.ts';

const good = readFileSync(join(root, 'Dockerfile'), 'utf8');
const ignore = readFileSync(join(root, '.dockerignore'), 'utf8');

test('the Dockerfile keeps every rule', () => {
  expect(dockerfileFindings(good)).toEqual([]);
});

test.each([
  ['a base image that moves', /@sha256:\S+ AS/, ' AS', 'is not pinned'],
  ['the latest of anything', /24\.21\.0-bookworm-slim/, 'latest', 'is not pinned'],
  ['ADD', /COPY gen/, 'ADD gen', 'use COPY'],
  ['a copy of everything', /COPY gen \.\/gen/, 'COPY . .', 'name what the image needs'],
  ['an install that may change versions', /npm ci/, 'npm install', 'use npm ci'],
  ['a secret', /ARG REVISION=/, 'ARG NPM_TOKEN=', 'secret'],
  ['root', /USER .*/, 'USER 0', 'is root or a name'],
  ['a user by name', /USER .*/, 'USER nonroot', 'is root or a name'],
  ['no user', /USER .*/, '', 'there is no USER'],
  ['no health check', /HEALTHCHECK .*/, '', 'no HEALTHCHECK'],
  ['a command that needs a shell', /CMD \["services.*/, 'CMD node services/gateway/main.ts', 'needs a shell'],
  ['one stage', /FROM node[\s\S]*?(?=FROM gcr)/, '', 'one stage only'],
])('%s is found', (_, what, instead, finding) => {
  expect(good).toMatch(what);
  expect(dockerfileFindings(good.replace(what, instead)).join('\n')).toContain(finding);
});

test('nothing private or large is sent to a build', () => {
  expect(ignoreFindings(ignoredBy(ignore))).toEqual([]);
});

test.each(['node_modules', '.git', '.tradewind', '.env'])('a build that is sent %s is found', (name) => {
  const without = `${ignore.replace(/^\*$/m, '')}\n!**/${name}`;
  expect(ignoreFindings(ignoredBy(without)).join('\n')).toContain(name);
});

test('what is named after an exclamation mark is sent all the same, the last line deciding', () => {
  const isIgnored = ignoredBy('*\n!services\n**/*.test.ts\n');
  expect(['services/a.ts', 'services/b/c.ts'].filter(isIgnored)).toEqual([]);
  expect(['services/a.test.ts', 'README.md'].filter((path) => !isIgnored(path))).toEqual([]);
});
