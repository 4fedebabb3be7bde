import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Database } from './connect.ts';
import { limitSessions } from './session-limits.ts';

/** Migrators of one database wait for each other on this advisory lock, because several replicas start at once. */
const MIGRATION_LOCK = 7_240_001;

/** The chassis' own tables, which every database has; they are recorded beside the service's migrations. */
const chassisMigrations = [
  { name: 'chassis/0001_create_outbox.sql', file: new URL('../outbox/outbox.sql', import.meta.url) },
  { name: 'chassis/0002_create_inbox.sql', file: new URL('../inbox/inbox.sql', import.meta.url) },
  { name: 'chassis/0003_create_saga.sql', file: new URL('../saga/saga.sql', import.meta.url) },
  { name: 'chassis/0004_index_inbox.sql', file: new URL('../inbox/inbox-seen-at.sql', import.meta.url) },
];

/**
 * Brings a database up to date: the chassis' tables first, then every `0001_name.sql` of the folders in order of name, each in a transaction of its own and
 * once only. Throws when a migration was changed after it ran, because the database then is not what the code believes.
 */
export async function migrate(db: Database, ...directories: URL[]): Promise<void> {
  const migrations = [...chassisMigrations, ...(await Promise.all(directories.map(migrationsOf))).flat()];
  // The driver reserves none but a connection that is open already: https://github.com/porsager/postgres/issues/1219
  await db.ping();
  const session = await db.sql.reserve();
  try {
    await session`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await limitSessions(session);
    await session`
      create table if not exists schema_migration (
        name text primary key, checksum text not null, applied_at timestamptz not null default now()
      )`;
    const applied = await session<{ name: string; checksum: string }[]>`select name, checksum from schema_migration`;
    const checksums = new Map(applied.map((row) => [row.name, row.checksum]));
    for (const { name, file } of migrations) {
      const text = await readFile(file, 'utf8');
      const checksum = createHash('sha256').update(text).digest('hex');
      if (checksums.has(name)) {
        if (checksums.get(name) !== checksum) throw new Error(`Migration ${name} was changed after it had run`);
        continue;
      }
      await session.unsafe('begin');
      try {
        await session.unsafe(text);
        await session`insert into schema_migration (name, checksum) values (${name}, ${checksum})`;
        await session.unsafe('commit');
      } catch (error) {
        await session.unsafe('rollback');
        throw new Error(`Migration ${name} failed`, { cause: error });
      }
    }
  } finally {
    await session`select pg_advisory_unlock(${MIGRATION_LOCK})`.catch(() => undefined);
    session.release();
  }
}

async function migrationsOf(directory: URL): Promise<{ name: string; file: URL }[]> {
  const base = directory.href.endsWith('/') ? directory : new URL(`${directory.href}/`);
  const names = (await readdir(base)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return names.map((name) => ({ name, file: new URL(name, base) }));
}
