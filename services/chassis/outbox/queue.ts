/** The outbox as the relay sees it: statements only. */
import type { Database } from '../db/connect.ts';
import type { OutboxRow } from './append.ts';

export interface PendingRow extends OutboxRow {
  seq: bigint;
  attempts: number;
}

/** The oldest rows that wait, those being published left out. */
export async function pendingRows(db: Database, except: bigint[], limit: number): Promise<PendingRow[]> {
  return db.sql<PendingRow[]>`
    select seq, id, subject, aggregate_id, headers, payload, attempts from outbox
    where published_at is null and dead_at is null and seq <> all(${except.map(String)}::bigint[])
    order by seq limit ${limit}`;
}

/** Marks rows as published. It does not wait for the disk: a mark that a crash loses costs a publication that the broker drops as a duplicate. */
export async function markPublished(db: Database, seqs: bigint[]): Promise<void> {
  await db.sql`
    with hurry as (select set_config('synchronous_commit', 'off', true))
    update outbox set published_at = now() from hurry where seq = any(${seqs.map(String)}::bigint[])`;
}

export async function markFailed(db: Database, seq: bigint, attempts: number, error: string): Promise<void> {
  await db.sql`update outbox set attempts = ${attempts}, last_error = ${error} where seq = ${seq}`;
}

/** Marks a row as given up. It is never pruned: it may be the only copy. */
export async function markDead(db: Database, seq: bigint): Promise<void> {
  await db.sql`update outbox set dead_at = now() where seq = ${seq}`;
}

/** Removes published rows older than `days`, from the oldest on, a bounded number at a time; answers how many. */
export async function pruneOldest(db: Database, days: number, most: number): Promise<number> {
  const { count } = await db.sql`
    delete from outbox where seq in (
      select seq from (select seq, published_at from outbox where dead_at is null order by seq limit ${most}) oldest
      where published_at < now() - ${days} * interval '1 day')`;
  return count;
}

/** How many rows wait, and how long the oldest has. */
export async function outboxLag(db: Database): Promise<{ rows: number; seconds: number }> {
  const [lag] = await db.sql<{ rows: number; seconds: number }[]>`
    select count(*)::int as rows, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as seconds
    from outbox where published_at is null and dead_at is null`;
  return lag ?? { rows: 0, seconds: 0 };
}
