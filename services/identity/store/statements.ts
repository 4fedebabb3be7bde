import type { Database } from '#chassis/db/connect.ts';
import type { Transaction } from '#chassis/db/transaction.ts';

/** Where a store's statements go: to the pool, each for itself, or into a transaction. */
export interface Statements {
  readonly sql: Database['sql'] | Transaction;
}
