import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/postgres.ts';
import { connectDatabase, type Database } from './connect.ts';

let held: TestDatabase;
let db: Database;
let other: Database;
const unheard: unknown[] = [];
const hear = (reason: unknown) => unheard.push(reason);

beforeEach(async () => {
  held = await testDatabase([]);
  db = connectDatabase({ url: held.url, max: 2, service: 'mortal' });
  other = connectDatabase({ url: held.url, max: 1, service: 'other' });
  process.on('uncaughtException', hear);
  process.on('unhandledRejection', hear);
});
afterEach(async () => {
  process.off('uncaughtException', hear);
  process.off('unhandledRejection', hear);
  await Promise.all([db.close(), other.close()]);
  await held.drop();
  expect(unheard.splice(0)).toEqual([]);
});

const end = (pid: number) => other.sql`select pg_terminate_backend(${pid})`;

async function pidOf(sql: { unsafe(text: string): PromiseLike<readonly Record<string, unknown>[]> }): Promise<number> {
  const [row] = await sql.unsafe('select pg_backend_pid() as pid');
  return Number(row?.pid);
}

test('a transaction whose connection dies under a statement fails, and the pool goes on', async () => {
  const failed = db.sql.begin(async (tx) => {
    const pid = await pidOf(tx);
    await Promise.all([tx`select pg_sleep(30)`, end(pid)]);
  });
  await expect(failed).rejects.toThrow();
  await turn();
  await expect.poll(() => db.ping().then(() => 'answers', String)).toBe('answers');
});

test('a transaction whose connection dies between two statements fails, and sends nothing more', async () => {
  const outcome: { failed?: unknown; late?: unknown } = {};
  const work = Promise.withResolvers<void>();
  const failed = db.sql.begin(async (tx) => {
    await end(await pidOf(tx));
    await expect.poll(() => outcome.failed).toBeDefined();
    outcome.late = await tx`select 1`.catch((error: unknown) => error);
    work.resolve();
  });
  await failed.catch((error: unknown) => {
    outcome.failed = error;
  });
  await work.promise;
  expect(outcome).toMatchObject({ failed: { code: 'CONNECTION_CLOSED' }, late: { name: 'TransactionOver' } });
  await turn();
  await expect.poll(() => db.ping().then(() => 'answers', String)).toBe('answers');
});

test('a savepoint whose connection dies fails its transaction', async () => {
  const failed = db.sql.begin(async (tx) => {
    const pid = await pidOf(tx);
    await tx.savepoint(async (inner) => void (await Promise.all([inner`select pg_sleep(30)`, end(pid)])));
  });
  await expect(failed).rejects.toThrow();
  await expect.poll(() => db.ping().then(() => 'answers', String)).toBe('answers');
});

test('a failure of the work is told as it is, and undone', async () => {
  await db.sql`create table kept (n int)`;
  const failed = db.sql.begin(async (tx) => {
    await tx`insert into kept values (1)`;
    throw new Error('not wanted after all');
  });
  await expect(failed).rejects.toThrow('not wanted after all');
  expect(await db.sql`select n from kept`).toHaveLength(0);
});

test('a statement that is made of an ended transaction is refused', async () => {
  const tx = await db.sql.begin(async (running) => [running] as const);
  await expect(tx[0]`select 1`).rejects.toThrow('The transaction ended before');
});

test('connections that all die while others ask for more come back', async () => {
  const asked = Array.from({ length: 2 }, () =>
    db.sql`select pg_sleep(30)`.catch(() => db.ping().catch(() => db.ping())),
  );
  await expect
    .poll(
      () => held.sql`select pid from pg_stat_activity where query like '%pg_sleep%' and application_name = 'mortal'`,
    )
    .toHaveLength(2);
  await held.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mortal'`;
  await Promise.allSettled(asked);
  await expect.poll(() => Promise.all([db.ping(), db.ping()]).then(() => 'answers', String)).toBe('answers');
});
