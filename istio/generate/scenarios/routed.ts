import { type FileTree, kustomization } from '../file-tree.ts';
import type { MeshService } from '../mesh.ts';
import type { EnvironmentName } from '../topology.ts';

export interface Routed {
  /** The folder below `scenarios/`. */
  readonly folder: string;
  readonly environment: EnvironmentName;
  readonly node: MeshService;
  /** All routes of the service. */
  readonly http: readonly object[];
  readonly secondVersion?: boolean;
}

/** A scenario that leads a service's calls another way than its environment does. */
export function routed({ folder, environment, node, http, secondVersion }: Routed): FileTree {
  const up = folder.replaceAll(/[^/]+/g, '..');
  const content = kustomization({
    resources: [`${up}/../overlays/${environment}`],
    ...(secondVersion && { components: [`${up}/second-version`] }),
    patches: [
      {
        target: { kind: 'VirtualService', name: node.name },
        operations: [{ op: 'replace', path: '/spec/http', value: http }],
      },
    ],
  });
  return new Map([[`scenarios/${folder}/kustomization.yaml`, content]]);
}
