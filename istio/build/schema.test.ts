import { expect, test } from 'vitest';
import { environmentNames } from '../generate/topology.ts';
import { buildOverlay, buildScenario, scenarioNames } from '../manifests.ts';
import { schemaProblems } from './schema.ts';

test.each(environmentNames)('every object of %s is what its kind allows', async (name) => {
  const problems = await Promise.all(buildOverlay(name).map(schemaProblems));
  expect(problems.flat()).toEqual([]);
});

test.each(scenarioNames())('every object of the scenario %s is what its kind allows', async (name) => {
  const problems = await Promise.all(buildScenario(name).map(schemaProblems));
  expect(problems.flat()).toEqual([]);
});

test('finds a value that a kind does not allow', async () => {
  const spec = { mtls: { mode: 'SOMETIMES' } };
  const manifest = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'x' }, spec };
  expect(await schemaProblems(manifest)).toEqual([expect.stringMatching(/PeerAuthentication \/x: .*mode/)]);
});

test('finds a kind that nobody knows', async () => {
  const manifest = { apiVersion: 'apps/v1', kind: 'Deploymnet', metadata: { name: 'x' } };
  expect(await schemaProblems(manifest)).toEqual(['Deploymnet /x: there is no kind Deploymnet in apps/v1']);
});
