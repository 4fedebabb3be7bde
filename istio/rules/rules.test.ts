import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { environmentNames } from '../generate/topology.ts';
import { buildOverlay, buildScenario, scenarioNames } from '../manifests.ts';
import { analyse } from './analyse.ts';
import { findingsTable } from './findings-table.ts';
import { subjectOf } from './rule.ts';
import { findingsIn, rules } from './rules.ts';

test.each(environmentNames)('nothing is wrong with %s', async (name) => {
  expect(await findingsIn(subjectOf(name, buildOverlay(name)))).toEqual([]);
});

test.each(scenarioNames())('nothing is wrong with the scenario %s', async (name) => {
  expect(await findingsIn(subjectOf(name, buildScenario(name)))).toEqual([]);
});

test('every rule has a file of its name', () => {
  const files = readdirSync(fileURLToPath(new URL('.', import.meta.url)));
  expect(rules.map(({ name }) => `${name}.ts`).filter((file) => !files.includes(file))).toEqual([]);
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
});

const finding = { rule: 'retries', manifest: 'VirtualService a/b', path: 'spec.http[0]', message: 'twice' };

test('a finding is told once, with everywhere it is', () => {
  const other = { ...finding, rule: 'edge' };
  const table = findingsTable([
    { subject: 'dev', findings: [finding] },
    { subject: 'staging', findings: [finding, other] },
  ]);
  expect(table).toBe(
    [
      'retries  VirtualService a/b\n         spec.http[0]\n         twice\n         in all of them',
      'edge     VirtualService a/b\n         spec.http[0]\n         twice\n         in staging',
    ].join('\n\n'),
  );
  expect(findingsTable([{ subject: 'dev', findings: [] }])).toBe('');
});

const built = [{ name: 'dev', folder: 'overlays/dev', manifests: buildOverlay('dev').slice(0, 1) }];

test('what cannot be asked is told', async () => {
  const { skipped, problems } = await analyse(built, async () => ({ found: false, ok: false, output: '', said: '' }));
  expect(problems).toEqual([]);
  expect(skipped).toEqual([expect.stringContaining('no kubectl'), expect.stringContaining('no istioctl')]);
});

test('what the tools of others complain of is a finding', async () => {
  const { problems } = await analyse(built, async (tool) => ({
    found: true,
    ok: tool === 'kubectl',
    output: 'kind: A\n---\nkind: B\n',
    said: 'IST0101',
  }));
  expect(problems).toEqual([
    'dev: kubectl kustomize builds 2 objects, our build 1',
    expect.stringMatching(/^dev: istioctl analyze: [\s\S]*IST0101$/),
  ]);
});
