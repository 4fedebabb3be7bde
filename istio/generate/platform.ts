import { documents, type FileTree, kustomization } from './file-tree.ts';
import { strictMutualTls } from './peer-authentication.ts';
import type { Topology } from './topology.ts';

/** What holds for a whole cluster, whoever else is in it. No environment owns it, so that removing one loosens nothing. */
export function platform(topology: Topology): FileTree {
  return new Map([
    ['platform/mutual-tls.yaml', documents(strictMutualTls(topology.platform.istiod.namespace))],
    ['platform/kustomization.yaml', kustomization({ resources: ['./mutual-tls.yaml'] })],
  ]);
}
