import type { INamespace } from 'kubernetes-models/v1/Namespace';
import { PART_OF } from './names.ts';
import type { Topology } from './topology.ts';

/** The mesh's namespace: every pod gets a proxy, and none that could harm its node is let in. */
export function namespace({ namespace: name }: Topology): INamespace {
  const levels = ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']);
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...PART_OF, 'istio-injection': 'enabled', ...Object.fromEntries(levels) } },
  };
}
