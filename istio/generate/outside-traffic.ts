import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { MeshService } from './mesh.ts';
import { appLabels, metadata } from './names.ts';
import { podsIn, podsOf, tcp } from './network-policy.ts';
import { type Outside, outsidesOf, PAYER } from './surroundings.ts';
import type { Environment, Topology } from './topology.ts';

/** Lets a service out to the servers it needs where they are in one environment; undefined when it needs none. The provider is reached by way of the egress gateway only. */
export function outsideTraffic(
  node: MeshService,
  topology: Topology,
  environment: Environment,
): INetworkPolicy | undefined {
  const { egress } = topology.platform;
  const rules = outsidesOf(node, topology, environment).map((outside) => ({
    to: placesOf(outside),
    ports: tcp(outside.port),
  }));
  if (node.name === PAYER) rules.push({ to: [podsIn(egress)], ports: tcp(egress.port) });
  if (rules.length === 0) return undefined;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(`${node.name}-outside`, topology.namespace, node.name),
    spec: { podSelector: { matchLabels: appLabels(node.name) }, policyTypes: ['Egress'], egress: rules },
  };
}

type Peer = ReturnType<typeof podsIn> | ReturnType<typeof podsOf> | { ipBlock: { cidr: string } };

function placesOf({ name, cidrs }: Outside): Peer[] {
  return cidrs === undefined ? [podsOf(name)] : cidrs.map((cidr) => ({ ipBlock: { cidr } }));
}
