import type { Statement } from './statement.ts';

/** What is known of the connection of one transaction. */
export interface LivingLine {
  /** Watches a statement of the transaction, and refuses it once the transaction is over. */
  watch(statement: Statement): void;
  /** Runs the transaction's work, or part of it: what it comes to is told only while the connection is there. */
  hold<T>(work: () => T | Promise<T>): Promise<T>;
  /** Takes note of the end of the transaction. */
  until<T>(transaction: Promise<T>): Promise<T>;
}

/**
 * Keeps a transaction from sending anything on a connection that is gone. The driver would send its `rollback` there, into nothing, which ends the process
 * (porsager/postgres issue 1208), or to whoever has the connection by then. It rejects a transaction by itself when its connection closes, so work that ends
 * after that has nobody to tell.
 */
export function livingLine(): LivingLine {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  const unlessOver = <T>(tell: () => T): T | Promise<never> => (isOver ? new Promise<never>(() => {}) : tell());
  return {
    watch(statement) {
      const { handle, reject } = statement;
      statement.reject = (failure) => {
        if (isGone(failure)) over();
        reject(failure);
      };
      statement.handle = () => (isOver ? reject(new TransactionOver()) : handle.call(statement));
    },
    async hold(work) {
      try {
        const result = await work();
        return unlessOver(() => result);
      } catch (error) {
        return unlessOver(() => {
          throw error;
        });
      }
    },
    until(transaction) {
      transaction.then(over, over);
      return transaction;
    },
  };
}

/** How the driver, the system and `lines.ts` name a connection that is gone. */
const GONE = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_SILENT',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);

/** After an error of this severity the server closes the connection. */
function isGone(failure: unknown): boolean {
  if (!(failure instanceof Error)) return false;
  return (
    ('severity' in failure && failure.severity === 'FATAL') || ('code' in failure && GONE.has(String(failure.code)))
  );
}

class TransactionOver extends Error {
  /** Named like the driver's own: the database cannot be reached. */
  readonly code = 'CONNECTION_CLOSED';

  constructor() {
    super('The transaction ended before this statement was sent');
    this.name = 'TransactionOver';
  }
}
