import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import type { Database } from './connect.ts';

/** A table whose rows matter for a while only. */
export interface Ageing {
  table: string;
  /** The column that tells when a row was made. It needs an index, since every sweep looks for the oldest. */
  madeAt: string;
  keepDays: number;
}

const EVERY_MS = 10 * 60_000;
const AT_A_TIME = 5_000;
/** Between two batches, so that a large backlog does not keep the table's other users waiting. */
const BREATH_MS = 100;

/**
 * Removes at most `most` rows that have outlived their use, the oldest first, and answers how many. Several instances may do it at once: each passes over the rows
 * that another is removing.
 */
export async function pruneOldest(
  { sql }: Database,
  { table, madeAt, keepDays }: Ageing,
  most: number,
): Promise<number> {
  const { count } = await sql`
    delete from ${sql(table)} where ctid = any(array(
      select ctid from ${sql(table)} where ${sql(madeAt)} < now() - ${keepDays} * interval '1 day'
      order by ${sql(madeAt)} limit ${most} for update skip locked))`;
  return count;
}

/** Prunes a table when started and every ten minutes until stopped. A failure is logged, and made good the next time. */
export function startPruning(db: Database, ageing: Ageing, log: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const work = async () => {
    while (!signal.aborted) {
      const count = await pruneOldest(db, ageing, AT_A_TIME).catch((error: unknown) => {
        log.warn({ err: error, table: ageing.table }, 'pruning failed');
        return 0;
      });
      await pause(count < AT_A_TIME ? EVERY_MS : BREATH_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  };
  const done = work();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
