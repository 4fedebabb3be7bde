/** What the driver keeps with a statement, of which its types tell only a part. */
export interface Statement extends PromiseLike<unknown> {
  /** It was asked for. One that is part of another never is. */
  readonly executed: boolean;
  /** The server works on it, and on no other of its connection. */
  readonly active: boolean;
  /** Asks the server, over a connection of its own, to give up what the statement's connection does. */
  readonly canceller: ((statement: Statement) => Promise<void>) | null;
  /** Its text as sent, with `$1` where a parameter goes. Set when a connection takes the statement. */
  readonly string?: string;
  /** The text around its parameters, as written. */
  readonly strings: readonly string[];
  /** Its rows are asked for in portions. */
  readonly cursorRows?: number;
  /** Has it run, the first time it is called. */
  handle(): unknown;
  resolve(result: unknown): void;
  reject(failure: unknown): void;
}

/** Who sees what a pool is asked. */
export interface StatementObserver {
  /** Told of each statement, and each part of one, when it is made; none of them runs yet. May throw to keep it from being used. */
  made(statement: Statement): void;
  /** Runs a transaction, from before its `begin` until after its `commit` or `rollback`. */
  transaction<T>(run: () => Promise<T>): Promise<T>;
}

export function isStatement(made: unknown): made is Statement {
  return made instanceof Promise && 'canceller' in made;
}
