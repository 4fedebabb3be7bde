import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { MeshService } from './mesh.ts';
import { configName, hostOf, metadata } from './names.ts';
import type { Topology } from './topology.ts';

/** What a service reads from its environment, secrets apart, that is the same in every environment. */
export function configMap(node: MeshService, topology: Topology): IConfigMap {
  const { namespace, ports, platform, jwt, clusterDomain } = topology;
  const { otlp } = platform;
  const upstreams = node.upstreams.map((name) => [
    `UPSTREAM_${name.toUpperCase()}`,
    `${hostOf(name, topology)}:${ports.grpc}`,
  ]);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(configName(node.name), namespace, node.name),
    data: {
      // A proxy hands calls on at the pod's own address.
      HOST: '0.0.0.0',
      ...(!node.edge && { GRPC_PORT: String(ports.grpc) }),
      HTTP_PORT: String(ports.http),
      // Identity asks itself, past the proxy.
      JWKS_URL: `http://${node.name === 'identity' ? '127.0.0.1' : hostOf('identity', topology)}:${ports.http}${jwt.jwksPath}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${otlp.service}.${otlp.namespace}.svc.${clusterDomain}:${otlp.port}`,
      DRAIN_SECONDS: String(DRAIN_SECONDS),
      ...Object.fromEntries(upstreams),
      ...topology.services[node.name]?.config,
    },
  };
}

/** How long calls in flight may take to end once a pod is told to stop. */
export const DRAIN_SECONDS = 30;
