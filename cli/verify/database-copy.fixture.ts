import { connectDatabase } from '#chassis/db/connect.ts';
import type { Transaction } from '#chassis/db/transaction.ts';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';

/** A copy of a database nobody is connected to, made by the server itself in a moment. */
export async function copyOf(original: string) {
  const name = `test_${newId().replaceAll('-', '')}`;
  const url = new URL(original);
  const template = url.pathname.slice(1);
  url.pathname = `/${name}`;
  const asAdmin = async (statement: string) => {
    const admin = connectDatabase({ url: process.env.TEST_POSTGRES_URL ?? '', max: 1, service: 'test' });
    await admin.sql.unsafe(statement).finally(() => admin.close());
  };
  // A connection that just closed may hold the original for a moment longer.
  await eventually(() => asAdmin(`create database ${name} template ${template}`));
  return {
    url: url.href,
    async change(work: (sql: Transaction) => Promise<unknown>) {
      const db = connectDatabase({ url: url.href, max: 1, service: 'test' });
      await db.sql.begin(async (sql) => void (await work(sql))).finally(() => db.close());
    },
    drop: () => asAdmin(`drop database ${name} with (force)`),
  };
}
