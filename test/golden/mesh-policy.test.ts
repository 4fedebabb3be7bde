import { expect, test } from 'vitest';
import { readMesh } from '../../istio/generate/mesh.ts';
import { readTopology } from '../../istio/generate/topology.ts';
import { buildOverlay } from '../../istio/manifests.ts';
import { lineOf, policyTable } from '../../istio/policy/table.ts';
import { golden } from './golden.ts';

test('who may call which RPC, as the manifests of production have it, is as last reviewed', () => {
  const table = policyTable(buildOverlay('production'), readMesh(), readTopology());
  const { actual, expected } = golden('mesh-policy.txt', `${table.map(lineOf).join('\n')}\n`);
  expect(actual).toBe(expected);
});
