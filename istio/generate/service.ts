import type { IService } from 'kubernetes-models/v1/Service';
import type { MeshService } from './mesh.ts';
import { appLabels, metadata, portsOf } from './names.ts';
import type { Topology } from './topology.ts';

/** One address for all pods of a service. It is not headless: the caller's proxy spreads calls, one by one, over the pods. */
export function service(node: MeshService, topology: Topology): IService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(node.name, topology.namespace, node.name),
    spec: {
      type: 'ClusterIP',
      selector: appLabels(node.name),
      ports: portsOf(node, topology).map((each) => ({ ...each, targetPort: each.name, protocol: 'TCP' })),
    },
  };
}
