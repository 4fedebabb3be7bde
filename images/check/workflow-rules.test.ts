import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../contracts/gate/image.ts';
import { workflowFindings } from './workflow-rules.ts';

const folder = join(root, '.github', 'workflows');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const good = read('contracts.yml');

test.each(readdirSync(folder))('%s keeps every rule', (name) => {
  expect(workflowFindings(read(name))).toEqual([]);
});

test.each([
  ['an action by its tag', /checkout@\S+ # v7\.0\.1/, 'checkout@v7', 'is not pinned'],
  ['an action without its version beside it', / # v7\.0\.1/, '', 'is not pinned'],
  ['permissions that nobody said', /^permissions:\n {2}contents: read\n/m, '', 'does not say its permissions'],
  ['permissions for every job', /^ {2}contents: read/m, '  contents: write', 'every job may write contents'],
  ['a token left on the disk', /persist-credentials: false/, 'clean: true', 'leaves its token'],
  ['a job without an end', / {4}timeout-minutes: 10\n/, '', 'says no timeout-minutes'],
  ['secrets for strangers', /^ {2}pull_request:/m, '  pull_request_target:', "strangers' code"],
  ['a title that is run', /run: exit 1/, `run: echo $\{{ github.event.pull_request.title }}`, 'is run as a script'],
  ['what is no YAML', /^jobs:/m, 'jobs: [', 'it is no YAML'],
])('%s is found', (_, what, instead, finding) => {
  expect(good).toMatch(what);
  expect(workflowFindings(good.replace(what, () => instead)).join('\n')).toContain(finding);
});

test('every command that a workflow runs with npm is one of the project', () => {
  const scripts = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts);
  const called = readdirSync(folder).flatMap((name) =>
    [...read(name).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script]) => script),
  );
  expect(called.filter((script) => !scripts.includes(script ?? ''))).toEqual([]);
});
