import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { configName, metadata, secretName } from './names.ts';
import { statefulServer } from './stateful-server.ts';
import { POSTGRES_PORT } from './surroundings.ts';
import type { Topology } from './topology.ts';

/** The variable in which the server, while it makes its databases, reads the password of a database's owner. */
export function ownerPassword(service: string): string {
  return `PASSWORD_${service.toUpperCase()}`;
}

/** A database and a role for each service that owns one, made when the volume is empty. Nobody but its owner may connect to a database. */
export function databaseNames(owners: readonly string[], { namespace }: Topology): IConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(configName('postgres'), namespace, 'postgres'),
    data: { 'databases.sql': [...owners.map(ownedDatabase), closed('postgres')].join('') },
  };
}

/** In the language of psql, which reads what is secret from its environment. */
function ownedDatabase(name: string): string {
  return [
    `\\getenv password ${ownerPassword(name)}`,
    `CREATE ROLE "${name}" LOGIN PASSWORD :'password';`,
    `CREATE DATABASE "${name}" OWNER "${name}";`,
    closed(name),
  ].join('\n');
}

const closed = (database: string) => `REVOKE ALL ON DATABASE "${database}" FROM PUBLIC;\n`;

export function postgresServer(owners: readonly string[], topology: Topology): IStatefulSet {
  // Over TCP: while the image makes the databases, its server answers on its socket only, and is not ready for anybody.
  const command = ['pg_isready', '--host', '127.0.0.1', '--username', 'tradewind'];
  const ready = { exec: { command }, periodSeconds: 5, timeoutSeconds: 3 };
  return statefulServer(
    {
      name: 'postgres',
      port: POSTGRES_PORT,
      user: 999,
      storage: '20Gi',
      container: {
        image: topology.images.postgres,
        args: ['-c', 'max_connections=400'],
        env: [
          { name: 'POSTGRES_USER', value: 'tradewind' },
          ...['POSTGRES_PASSWORD', ...owners.map(ownerPassword)].map((name) => ({
            name,
            valueFrom: { secretKeyRef: { name: secretName('postgres'), key: name } },
          })),
          { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
        ],
        resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '2', memory: '1Gi' } },
        // Recovery after a crash may take long, and starts from the beginning when it is killed.
        startupProbe: { ...ready, failureThreshold: 360 },
        readinessProbe: ready,
        livenessProbe: { ...ready, periodSeconds: 10, failureThreshold: 6 },
        volumeMounts: [
          { name: 'data', mountPath: '/var/lib/postgresql/data' },
          { name: 'databases', mountPath: '/docker-entrypoint-initdb.d', readOnly: true },
          { name: 'run', mountPath: '/var/run/postgresql' },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      },
      volumes: [
        { name: 'databases', configMap: { name: configName('postgres') } },
        { name: 'run', emptyDir: { sizeLimit: '16Mi' } },
        { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
      ],
    },
    topology,
  );
}
