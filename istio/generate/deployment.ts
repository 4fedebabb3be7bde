import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { DRAIN_SECONDS } from './config-map.ts';
import type { MeshService } from './mesh.ts';
import { appLabels, configName, imageOf, metadata, PART_OF, portsOf, STABLE, TRACK } from './names.ts';
import { probes } from './probes.ts';
import { secretsOf } from './secrets.ts';
import { containerSecurity, podSecurity } from './security-context.ts';
import type { Topology } from './topology.ts';

/** How long a pod goes on as before after it is told to stop, until every proxy has heard that it is going. */
export const LEAVING_SECONDS = 5;
/** What is left, after the drain, for sagas to be handed on and the outbox to be flushed. */
const CLOSING_SECONDS = 15;

/** The pods of a service. How many there are is the autoscaler's affair, so it does not say. */
export function deployment(node: MeshService, topology: Topology, track = STABLE): IDeployment {
  const { name } = node;
  const labels = { ...appLabels(name), [TRACK]: track };
  const called = track === STABLE ? name : `${name}-${track}`;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(called, topology.namespace, name),
    spec: {
      revisionHistoryLimit: 5,
      progressDeadlineSeconds: 300,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
      template: {
        metadata: { labels: { ...labels, ...PART_OF }, annotations: podAnnotations(topology) },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: LEAVING_SECONDS + DRAIN_SECONDS + CLOSING_SECONDS,
          securityContext: podSecurity(),
          affinity: apart(labels),
          topologySpreadConstraints: spread(labels),
          containers: [container(node, topology)],
          volumes: [{ name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }],
        },
      },
    },
  };
}

function podAnnotations({ ports }: Topology): Record<string, string> {
  return {
    // The kubelet has no certificate: its probes go to the proxy's agent, which asks the service from inside the pod.
    'sidecar.istio.io/rewriteAppHTTPProbers': 'true',
    // The proxy starts before the service, which fetches keys and migrates, and ends after it, so that the drain has a network.
    'sidecar.istio.io/nativeSidecar': 'true',
    // Prometheus has none either: the agent shows the service's metrics with the proxy's own.
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': String(ports.http),
    'prometheus.io/path': '/metrics',
  };
}

function container(node: MeshService, topology: Topology) {
  return {
    name: node.name,
    image: imageOf(node.name),
    imagePullPolicy: 'IfNotPresent' as const,
    args: [`services/${node.name}/main.ts`],
    ports: portsOf(node, topology).map(({ name, port }) => ({ name, containerPort: port, protocol: 'TCP' as const })),
    envFrom: [{ configMapRef: { name: configName(node.name) } }],
    env: secretsOf(node).map(({ secret, variable, optional }) => ({
      name: variable,
      valueFrom: { secretKeyRef: { name: secret, key: variable, ...(optional && { optional }) } },
    })),
    ...probes(node, topology),
    lifecycle: { preStop: { sleep: { seconds: LEAVING_SECONDS } } },
    resources: topology.services[node.name]?.resources ?? topology.defaults.resources,
    securityContext: containerSecurity(),
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
}

/** One node's end should not be a service's end. Preferred, not required: a cluster of one node runs it all. */
function apart(labels: Record<string, string>) {
  const podAffinityTerm = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } };
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
}

function spread(labels: Record<string, string>) {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway' as const,
    labelSelector: { matchLabels: labels },
  }));
}
