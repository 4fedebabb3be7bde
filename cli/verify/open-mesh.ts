import type { JetStreamClient, JetStreamManager } from 'nats';
import { connectDatabase } from '#chassis/db/connect.ts';
import { databaseAway } from '#chassis/db/database-away.ts';
import type { Transaction } from '#chassis/db/transaction.ts';
import type { MeshRecord } from '#chassis/local/mesh-file.ts';
import { connectBroker } from '../broker.ts';
import { NotAnswering } from '../failure.ts';

/** A mesh as those see it who check it: its databases to read, its streams, and its mails. Nothing here can change anything. */
export interface OpenMesh {
  /** The services that own a database. */
  readonly services: readonly string[];
  /** Reads one service's database as it was at one moment. Two databases are read at two moments. Throws NotAnswering, which names the database that is missing. */
  read<T>(service: string, query: (sql: Transaction) => Promise<T>): Promise<T>;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
  /** Where the local mail server shows its mails; undefined when mails go elsewhere. */
  readonly mailUrl: string | undefined;
  close(): Promise<void>;
}

/** Where a mesh is, as its record tells. */
export type MeshAddresses = Pick<MeshRecord, 'databases' | 'natsUrl'> & Partial<Pick<MeshRecord, 'mailUrl'>>;

const CONNECTIONS = 3;

export async function openMesh(record: MeshAddresses): Promise<OpenMesh> {
  const nats = await connectBroker(record.natsUrl, { name: 'verify', maxReconnectAttempts: 10 });
  const databases = new Map(
    Object.entries(record.databases).map(([service, url]) => [
      service,
      connectDatabase({ url, max: CONNECTIONS, service: 'verify' }),
    ]),
  );
  return {
    services: [...databases.keys()],
    jetstream: nats.jetstream(),
    manager: await nats.jetstreamManager(),
    mailUrl: record.mailUrl,
    async read(service, query) {
      const database = databases.get(service);
      if (!database) throw new Error(`this mesh has no database of ${service}`);
      const result = { value: undefined as Awaited<ReturnType<typeof query>> | undefined };
      await database.sql
        .begin('isolation level repeatable read read only', async (tx) => {
          result.value = await query(tx);
        })
        .catch((error: unknown) => {
          if (!databaseAway(error)) throw error;
          throw new NotAnswering(`The database of ${service} at ${new URL(database.url).host}`, error);
        });
      return result.value as Awaited<ReturnType<typeof query>>;
    },
    async close() {
      await Promise.all([nats.close(), ...[...databases.values()].map((database) => database.close())]);
    },
  };
}
