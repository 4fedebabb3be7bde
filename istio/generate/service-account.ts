import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { metadata } from './names.ts';
import type { Topology } from './topology.ts';

/** Who a service is: its name in every certificate. It asks nothing of the Kubernetes API, so its pods get no token for it. */
export function serviceAccount(service: string, { namespace }: Topology): IServiceAccount {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadata(service, namespace, service),
    automountServiceAccountToken: false,
  };
}
