import { authorizeConnections, serverTraffic } from './data-access.ts';
import { documents, type FileTree, kustomization } from './file-tree.ts';
import type { MeshService } from './mesh.ts';
import { natsConfig, natsServer } from './nats.ts';
import { databaseNames, postgresServer } from './postgres.ts';
import { serverService } from './server-service.ts';
import { serviceAccount } from './service-account.ts';
import { NATS_PORT, POSTGRES_PORT } from './surroundings.ts';
import type { Topology } from './topology.ts';

/** PostgreSQL and NATS inside the cluster, for environments that have none of their own: one pod each, on a volume. Every service reaches the broker, those that have a database PostgreSQL, and nobody else either. */
export function dataComponent(mesh: readonly MeshService[], topology: Topology): FileTree {
  const owners = mesh.filter(({ database }) => database).map(({ name }) => name);
  const everybody = mesh.map(({ name }) => name);
  const access = (server: string, port: number, users: readonly string[]) => [
    serviceAccount(server, topology),
    serverService(server, port, topology),
    serverTraffic(server, port, users, topology),
    authorizeConnections(server, port, users, topology),
  ];
  return new Map([
    [
      'components/data/nats.yaml',
      documents(natsConfig(topology), natsServer(topology), ...access('nats', NATS_PORT, everybody)),
    ],
    [
      'components/data/postgres.yaml',
      documents(
        databaseNames(owners, topology),
        postgresServer(owners, topology),
        ...access('postgres', POSTGRES_PORT, owners),
      ),
    ],
    [
      'components/data/kustomization.yaml',
      kustomization({ resources: ['./nats.yaml', './postgres.yaml'] }, 'Component'),
    ],
  ]);
}
