import { base } from './base.ts';
import { dataComponent } from './data-component.ts';
import type { FileTree } from './file-tree.ts';
import { type MeshService, readMesh } from './mesh.ts';
import { overlay } from './overlay.ts';
import { environmentNames, readTopology, type Topology } from './topology.ts';

/** Every generated file, from what the contracts and the topology say now. */
export function generate(mesh: readonly MeshService[] = readMesh(), topology: Topology = readTopology()): FileTree {
  return new Map([
    ...base(mesh, topology),
    ...dataComponent(mesh, topology),
    ...environmentNames.flatMap((name) => [...overlay(name, mesh, topology)]),
  ]);
}

/** The folders below `istio/` in which nothing is written by hand. */
export const GENERATED_FOLDERS = ['base', 'components', 'overlays'] as const;
