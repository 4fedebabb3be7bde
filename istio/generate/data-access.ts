import type { IAuthorizationPolicy } from '@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { appLabels, metadata, principalOf } from './names.ts';
import { podsOf, tcp } from './network-policy.ts';
import type { Topology } from './topology.ts';

/** Lets the services that use a server through to its port. */
export function serverTraffic(
  server: string,
  port: number,
  users: readonly string[],
  topology: Topology,
): INetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(server, topology.namespace, server),
    spec: {
      podSelector: { matchLabels: appLabels(server) },
      policyTypes: ['Ingress'],
      ingress: [{ from: users.map(podsOf), ports: tcp(port) }],
    },
  };
}

/** The same by certificate. */
export function authorizeConnections(
  server: string,
  port: number,
  users: readonly string[],
  topology: Topology,
): IAuthorizationPolicy {
  const { namespace } = topology;
  const principals = users.map((user) => principalOf(user, namespace, topology));
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: metadata(server, namespace, server),
    spec: {
      selector: { matchLabels: appLabels(server) },
      action: 'ALLOW',
      rules: [{ from: [{ source: { principals } }], to: [{ operation: { ports: [String(port)] } }] }],
    },
  };
}
