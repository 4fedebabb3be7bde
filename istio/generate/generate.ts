import { argocd } from './argocd.ts';
import { base } from './base.ts';
import { dataComponent } from './data-component.ts';
import type { FileTree } from './file-tree.ts';
import { type MeshService, readMesh } from './mesh.ts';
import { overlay } from './overlay.ts';
import { platform } from './platform.ts';
import { canary } from './scenarios/canary.ts';
import { faults } from './scenarios/faults.ts';
import { versions } from './scenarios/versions.ts';
import { environmentNames, readTopology, type Topology } from './topology.ts';

/** Every generated file, from what the contracts and the topology say now. */
export function generate(mesh: readonly MeshService[] = readMesh(), topology: Topology = readTopology()): FileTree {
  const tried = mesh.find(({ name }) => name === topology.scenarios.service);
  if (tried === undefined) throw new Error(`there is no service ${topology.scenarios.service}`);
  return new Map([
    ...base(mesh, topology),
    ...dataComponent(mesh, topology),
    ...environmentNames.flatMap((name) => [...overlay(name, mesh, topology)]),
    ...canary(tried, topology),
    ...versions(tried, topology),
    ...faults(mesh, topology),
    ...platform(topology),
    ...argocd(topology),
  ]);
}

/** The folders below `istio/` in which nothing is written by hand. */
export const GENERATED_FOLDERS = ['argocd', 'base', 'components', 'overlays', 'platform', 'scenarios'] as const;
