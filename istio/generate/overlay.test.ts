import { expect, test } from 'vitest';
import { readMesh } from './mesh.ts';
import { overlay } from './overlay.ts';
import { readTopology, type Topology } from './topology.ts';

const mesh = readMesh();
const topology = readTopology();

/** The topology with something else of production. */
const withProduction = (change: Partial<Topology['environments']['production']>): Topology => ({
  ...topology,
  environments: { ...topology.environments, production: { ...topology.environments.production, ...change } },
});

const kustomizationOf = (changed: Topology) =>
  overlay('production', mesh, changed).get('overlays/production/kustomization.yaml') ?? '';

test('a digest, once it is known, says which image runs', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const text = kustomizationOf(withProduction({ digests: { orders: digest } }));
  expect(text).toContain(`newName: ghcr.io/tradewind/orders\n    digest: ${digest}`);
  expect(text).toContain('newName: ghcr.io/tradewind/catalog\n    newTag: 0.1.0');
});

test('another configuration is another annotation of the pods, so that they are replaced', () => {
  const hashes = (text: string) => text.match(/value: [0-9a-f]{16}$/gm);
  const before = hashes(kustomizationOf(topology));
  expect(before).toHaveLength(mesh.length);
  expect(hashes(kustomizationOf(withProduction({ config: { LOG_LEVEL: 'warn' } })))).not.toEqual(before);
});

test('only payments and the egress gateway know the payment provider', () => {
  const files = overlay('production', mesh, topology);
  const traffic = files.get('overlays/production/outside-traffic.yaml') ?? '';
  expect(traffic.match(/kubernetes.io\/metadata.name: istio-egress/g)).toHaveLength(1);
  const sidecars = (files.get('overlays/production/kustomization.yaml') ?? '').split(/(?=- target:)/);
  const knowing = sidecars.filter((patch) => patch.includes('./api.payments.example'));
  expect(knowing).toEqual([expect.stringMatching(/kind: Sidecar\n\s+name: payments\n/)]);
});
