import type { IService } from 'kubernetes-models/v1/Service';
import { appLabels, metadata } from './names.ts';
import type { Topology } from './topology.ts';

/** The address of a server with one pod. Its port's name says TCP: both servers speak protocols no proxy should guess at. */
export function serverService(server: string, port: number, { namespace }: Topology): IService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(server, namespace, server),
    spec: {
      clusterIP: 'None',
      selector: appLabels(server),
      ports: [{ name: `tcp-${server}`, port, targetPort: `tcp-${server}`, protocol: 'TCP', appProtocol: 'tcp' }],
    },
  };
}
