import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { MeshService } from './mesh.ts';
import { appLabels, metadata, rpcPortOf } from './names.ts';
import type { Topology } from './topology.ts';

/** Ports of the proxy that the kubelet and Prometheus reach without a certificate: probes and merged metrics, and the proxy's own readiness. */
const AGENT_PORTS = [15_020, 15_021];

export const tcp = (...ports: number[]) => ports.map((port) => ({ protocol: 'TCP' as const, port }));

/** Pods of a service in the mesh's namespace. */
export const podsOf = (service: string) => ({ podSelector: { matchLabels: appLabels(service) } });

/** Pods of another namespace. */
export const podsIn = ({ namespace, labels }: { namespace: string; labels: Record<string, string> }) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  podSelector: { matchLabels: labels },
});

/** Nothing passes between pods that no other policy lets through. */
export function denyAllTraffic({ namespace }: Topology): INetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata('deny-all', namespace),
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  };
}

/** What every pod of the namespace needs whatever it does: names, the proxy's certificates and configuration, and somebody who asks after its health. */
export function platformTraffic({ namespace, platform }: Topology): INetworkPolicy {
  const { dns, istiod } = platform;
  const dnsPorts = [
    { protocol: 'UDP' as const, port: dns.port },
    { protocol: 'TCP' as const, port: dns.port },
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata('platform', namespace),
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      // A kubelet is no pod and has no label; it may be anywhere.
      ingress: [{ ports: tcp(...AGENT_PORTS) }],
      egress: [
        { to: [podsIn(dns)], ports: dnsPorts },
        { to: [podsIn(istiod)], ports: tcp(istiod.port) },
      ],
    },
  };
}

/** The edges of the call graph that begin or end at a service, and where its traces go. */
export function networkPolicy(node: MeshService, mesh: readonly MeshService[], topology: Topology): INetworkPolicy {
  const { ports, platform } = topology;
  const isIdentity = node.name === 'identity';
  const callers = node.callers.map(podsOf);
  const keyReaders = mesh.filter(({ name }) => name !== 'identity').map(({ name }) => podsOf(name));
  const ingress = [
    ...(callers.length > 0 ? [{ from: callers, ports: tcp(rpcPortOf(node, topology)) }] : []),
    ...(isIdentity ? [{ from: keyReaders, ports: tcp(ports.http) }] : []),
    ...(node.edge ? [{ from: [podsIn(platform.ingress)], ports: tcp(ports.http) }] : []),
  ];
  const egress = [
    ...(node.upstreams.length > 0 ? [{ to: node.upstreams.map(podsOf), ports: tcp(ports.grpc) }] : []),
    ...(isIdentity ? [] : [{ to: [podsOf('identity')], ports: tcp(ports.http) }]),
    { to: [podsIn(platform.otlp)], ports: tcp(platform.otlp.port) },
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(node.name, topology.namespace, node.name),
    spec: { podSelector: { matchLabels: appLabels(node.name) }, policyTypes: ['Ingress', 'Egress'], ingress, egress },
  };
}
