import postgres from 'postgres';
import { connectDatabase, type Database } from '../db/connect.ts';
import { migrate } from '../db/migrate.ts';
import { newId } from '../ids.ts';

export interface TestDatabase extends Database {
  /** A second pool on the same database, as another process would have. */
  another(): Database;
  drop(): Promise<void>;
}

/** A fresh database of this test alone, with the chassis' tables and those of `migrations`. */
export async function testDatabase(migrations: URL[]): Promise<TestDatabase> {
  const server = process.env.TEST_POSTGRES_URL;
  if (!server) throw new Error('TEST_POSTGRES_URL is not set: run the test through vitest');
  const name = `test_${newId().replaceAll('-', '')}`;
  await asAdmin(server, (sql) => sql`create database ${sql(name)}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const opened: Database[] = [];
  const open = () => {
    const db = connectDatabase({ url: url.href, max: 10, service: 'test' });
    opened.push(db);
    return db;
  };
  const db = open();
  await migrate(db, ...migrations);
  return {
    ...db,
    another: open,
    async drop() {
      await Promise.all(opened.map((each) => each.close()));
      await asAdmin(server, (sql) => sql`drop database ${sql(name)} with (force)`);
    },
  };
}

async function asAdmin(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
