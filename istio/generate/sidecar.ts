import type { ISidecar } from '@kubernetes-models/istio/networking.istio.io/v1/Sidecar';
import type { MeshService } from './mesh.ts';
import { appLabels, hostOf, metadata } from './names.ts';
import type { Topology } from './topology.ts';

/** What a service's proxy knows of the world: what it calls, by the call graph, and nothing else. Overlays add where its data and the outside are. */
export function sidecar(node: MeshService, topology: Topology): ISidecar {
  const { namespace, platform, clusterDomain } = topology;
  const called = node.name === 'identity' ? node.upstreams : [...new Set([...node.upstreams, 'identity'])].sort();
  const { otlp } = platform;
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: metadata(node.name, namespace, node.name),
    spec: {
      workloadSelector: { labels: appLabels(node.name) },
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
      egress: [
        {
          hosts: [
            ...called.map((name) => `./${hostOf(name, topology)}`),
            `${otlp.namespace}/${otlp.service}.${otlp.namespace}.svc.${clusterDomain}`,
          ],
        },
      ],
    },
  };
}

/** A pod that no other Sidecar names, as of a database, calls nobody. */
export function silentSidecar({ namespace }: Topology): ISidecar {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: metadata('default', namespace),
    spec: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts: ['~/*'] }] },
  };
}
