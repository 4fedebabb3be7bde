import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { LEAVING_SECONDS } from './deployment.ts';
import { appLabels, metadata, PART_OF } from './names.ts';
import { containerSecurity, podSecurity } from './security-context.ts';
import type { Topology } from './topology.ts';

type Container = NonNullable<NonNullable<NonNullable<IStatefulSet['spec']>['template']['spec']>['containers']>[number];
type Volume = NonNullable<NonNullable<NonNullable<IStatefulSet['spec']>['template']['spec']>['volumes']>[number];

export interface StatefulServer {
  readonly name: string;
  readonly port: number;
  /** Where it tells how it is, when that is another port. */
  readonly monitorPort?: number;
  /** The account that its image is made for. */
  readonly user: number;
  readonly storage: string;
  readonly container: Pick<
    Container,
    'image' | 'args' | 'env' | 'resources' | 'startupProbe' | 'readinessProbe' | 'livenessProbe' | 'volumeMounts'
  >;
  readonly volumes: readonly Volume[];
}

/** One pod with a volume of its own, named `data`. Its stop may take a minute, to write everything down. */
export function statefulServer(server: StatefulServer, { namespace }: Topology): IStatefulSet {
  const { name, port, monitorPort, user, storage, container, volumes } = server;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadata(name, namespace, name),
    spec: {
      serviceName: name,
      replicas: 1,
      selector: { matchLabels: appLabels(name) },
      template: {
        metadata: {
          labels: { ...appLabels(name), ...PART_OF },
          annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'true', 'sidecar.istio.io/nativeSidecar': 'true' },
        },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 60,
          securityContext: podSecurity(user),
          containers: [
            {
              name,
              ...container,
              ports: [
                { name: `tcp-${name}`, containerPort: port, protocol: 'TCP' },
                ...(monitorPort
                  ? [{ name: 'http-monitor', containerPort: monitorPort, protocol: 'TCP' as const }]
                  : []),
              ],
              // Goes on until every proxy has heard that it is going, then writes everything down.
              lifecycle: { preStop: { sleep: { seconds: LEAVING_SECONDS } } },
              securityContext: containerSecurity(),
            },
          ],
          volumes: [...volumes],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
        },
      ],
    },
  };
}
