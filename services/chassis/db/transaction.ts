import type postgres from 'postgres';
import type { Database } from './connect.ts';

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const TRIES = 3;

export type Transaction = postgres.TransactionSql<{ bigint: bigint }>;

/** Runs `work` in one transaction; a serialization failure or deadlock is tried again, so `work` must have no other effects. */
export async function inTransaction<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return (await db.sql.begin(work)) as T;
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (tries === TRIES || (code !== SERIALIZATION_FAILURE && code !== DEADLOCK_DETECTED)) throw error;
    }
  }
}
