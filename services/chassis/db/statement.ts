import type postgres from 'postgres';
import { type LivingLine, livingLine } from './living-line.ts';

type Sql = postgres.Sql<{ bigint: bigint }>;
type Transaction = postgres.TransactionSql<{ bigint: bigint }>;

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

/**
 * The same pool under eyes. The driver has no hook that tells the end of a statement, so what it makes is seen at the three places where it is made: the tagged
 * template, `unsafe` (drizzle's way too), and both again within transactions. Statements stay the driver's own: lazy, with all their methods, and good as parts of others.
 */
export function observed<S extends Sql | Transaction>(sql: S, observer: StatementObserver, line?: LivingLine): S {
  const look = <T>(made: T): T => {
    if (isStatement(made)) {
      observer.made(made);
      line?.watch(made);
    }
    return made;
  };
  const within = (nested: 'begin' | 'savepoint', args: unknown[], on: LivingLine) => {
    const work = args.pop() as (tx: Transaction) => unknown;
    const run = (sql as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[nested];
    return run?.(...args, (tx: Transaction) => on.hold(() => work(observed(tx, observer, on))));
  };
  const begin = (...args: unknown[]) =>
    observer.transaction(async () => {
      const on = livingLine();
      return on.until(Promise.resolve(within('begin', args, on)));
    });
  const savepoint = (...args: unknown[]) => within('savepoint', args, line ?? livingLine());
  const unsafe = (...args: Parameters<Sql['unsafe']>) => look(sql.unsafe(...args));
  return new Proxy(sql, {
    apply: (target, self, args) => look(Reflect.apply(target as (...args: unknown[]) => unknown, self, args)),
    get(target, name, self) {
      if (name === 'unsafe') return unsafe;
      if (name === 'begin') return begin;
      if (name === 'savepoint') return savepoint;
      return Reflect.get(target, name, self);
    },
  });
}

function isStatement(made: unknown): made is Statement {
  return made instanceof Promise && 'canceller' in made;
}
