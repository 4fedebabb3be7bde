import type postgres from 'postgres';
import { type LivingLine, livingLine } from './living-line.ts';
import { isStatement, type StatementObserver } from './statement.ts';

type Sql = postgres.Sql<{ bigint: bigint }>;
type Transaction = postgres.TransactionSql<{ bigint: bigint }>;

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
