import type { IDestinationRule } from '@kubernetes-models/istio/networking.istio.io/v1/DestinationRule';
import type { MeshService } from './mesh.ts';
import { appLabels, duration, hostOf, metadata, STABLE, TRACK } from './names.ts';
import type { Topology } from './topology.ts';

/** How callers' proxies treat a service's pods: the least busy of two first, mutual TLS, and none that keeps failing. */
export function destinationRule(
  node: MeshService,
  topology: Topology,
  tracks: readonly string[] = [STABLE],
): IDestinationRule {
  const { connections, namespace } = topology;
  const { breaker } = node;
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: metadata(node.name, namespace, node.name),
    spec: {
      host: hostOf(node.name, topology),
      trafficPolicy: {
        loadBalancer: { simple: 'LEAST_REQUEST', warmup: { duration: '30s' } },
        connectionPool: {
          tcp: {
            connectTimeout: connections.connectTimeout,
            tcpKeepalive: { time: '60s', interval: '20s', probes: 3 },
          },
          http: {
            http1MaxPendingRequests: connections.maxPending,
            http2MaxRequests: connections.maxRequests,
            idleTimeout: connections.idleTimeout,
            maxRetries: 10,
          },
        },
        // The contract's circuit, applied pod by pod; never to more than half of them.
        outlierDetection: {
          consecutive5xxErrors: breaker.failures,
          consecutiveGatewayErrors: breaker.failures,
          interval: '5s',
          baseEjectionTime: duration(breaker.openMs),
          maxEjectionPercent: 50,
        },
        tls: { mode: 'ISTIO_MUTUAL' },
      },
      subsets: tracks.map((track) => ({ name: track, labels: { ...appLabels(node.name), [TRACK]: track } })),
    },
  };
}
