import { EXTERNAL } from '../generate/mesh.ts';
import { principalOf } from '../generate/names.ts';
import type { Topology } from '../generate/topology.ts';
import type { Caller, Cluster } from './cluster.ts';

/** A service as it calls others: its pods, under their account. */
export function callerOf({ workloads }: Cluster, service: string, topology: Topology): Caller {
  const workload = workloads.find(
    ({ labels, namespace }) => labels.app === service && namespace === topology.namespace,
  );
  if (workload === undefined) throw new Error(`No pods of ${service} are in the manifests`);
  const { namespace, labels, serviceAccount } = workload;
  return {
    name: service,
    namespace,
    labels,
    principal: principalOf(serviceAccount, namespace, topology),
    gateway: false,
  };
}

/** Whoever is outside of the mesh: to those inside it is the gateway that faces the outside, which no manifest of ours makes. */
export function outsider(topology: Topology): Caller {
  const { namespace, labels, serviceAccount } = topology.platform.ingress;
  return {
    name: EXTERNAL,
    namespace,
    labels,
    principal: principalOf(serviceAccount, namespace, topology),
    gateway: true,
  };
}
