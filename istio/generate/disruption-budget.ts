import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { appLabels, metadata } from './names.ts';
import type { Topology } from './topology.ts';

/** Nodes are emptied one pod of a service at a time. Said as what may be missing, since a service of one pod could otherwise never move. */
export function disruptionBudget(service: string, { namespace }: Topology): IPodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(service, namespace, service),
    spec: { maxUnavailable: 1, selector: { matchLabels: appLabels(service) } },
  };
}
