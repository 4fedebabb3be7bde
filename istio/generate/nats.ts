import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { configName, metadata } from './names.ts';
import { statefulServer } from './stateful-server.ts';
import { NATS_PORT } from './surroundings.ts';
import type { Topology } from './topology.ts';

const MONITOR_PORT = 8222;

export function natsConfig({ namespace }: Topology): IConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(configName('nats'), namespace, 'nats'),
    data: {
      'nats.conf': [
        `listen: 0.0.0.0:${NATS_PORT}`,
        `http: 0.0.0.0:${MONITOR_PORT}`,
        'jetstream { store_dir: /data, max_file_store: 8GB, max_memory_store: 64MB }',
        '',
      ].join('\n'),
    },
  };
}

/** The broker, with JetStream on a volume. */
export function natsServer(topology: Topology): IStatefulSet {
  const ask = (path: string) => ({ httpGet: { path, port: MONITOR_PORT }, periodSeconds: 5, timeoutSeconds: 3 });
  return statefulServer(
    {
      name: 'nats',
      port: NATS_PORT,
      monitorPort: MONITOR_PORT,
      user: 1000,
      storage: '10Gi',
      container: {
        image: topology.images.nats,
        args: ['--config', '/etc/nats/nats.conf'],
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } },
        // A long stream is read through before it is served.
        startupProbe: { ...ask('/healthz?js-server-only=true'), failureThreshold: 60 },
        readinessProbe: ask('/healthz?js-enabled-only=true'),
        livenessProbe: ask('/healthz?js-server-only=true'),
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'config', mountPath: '/etc/nats', readOnly: true },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      },
      volumes: [
        { name: 'config', configMap: { name: configName('nats') } },
        { name: 'tmp', emptyDir: { sizeLimit: '16Mi' } },
      ],
    },
    topology,
  );
}
