import type postgres from 'postgres';
import { currentCall } from '../rpc/call.ts';
import { ServedCall } from '../rpc/served-call.ts';

type Sql = postgres.Sql<{ bigint: bigint }>;

/** What the driver keeps with a statement, of which its types tell only a part. */
interface Statement extends PromiseLike<unknown> {
  /** It was asked for. One that is part of another never is. */
  readonly executed: boolean;
  /** The server works on it, and on no other of its connection. */
  readonly active: boolean;
  /** Asks the server, over a connection of its own, to give up what the statement's connection does. */
  readonly canceller: ((statement: Statement) => Promise<void>) | null;
}

/** A call has few statements at a time; of one that makes thousands the early ones are over. */
const MOST_KEPT = 64;

/** To cancel costs a connection, so a statement may first end by itself. Milliseconds. */
const GRACE_MS = 50;

/**
 * The same pool, whose statements end with the call that needs them: one that still runs when the call's time is up, or its caller has gone,
 * is cancelled, and a call that is over starts no more. The bookkeeping is a push to a list, since a timer per statement, or a
 * `statement_timeout` set before each, would be paid by all the statements that are quick. Streams begin and end many statements, and are
 * stopped between two of them.
 */
export function boundToCall(sql: Sql): Sql {
  return bound(sql);
}

function bound<S extends Sql | postgres.TransactionSql<{ bigint: bigint }>>(sql: S): S {
  const unsafe = (...args: Parameters<Sql['unsafe']>) => track(sql.unsafe(...args));
  return new Proxy(sql, {
    apply: (target, self, args) => track(Reflect.apply(target as (...args: unknown[]) => unknown, self, args)),
    get(target, name, self) {
      if (name === 'unsafe') return unsafe;
      if (name === 'begin') return (...args: unknown[]) => begin(target as Sql, args);
      return Reflect.get(target, name, self);
    },
  });
}

function begin(sql: Sql, args: unknown[]): Promise<unknown> {
  const work = args.pop() as (tx: postgres.TransactionSql<{ bigint: bigint }>) => unknown;
  return Reflect.apply(sql.begin as (...args: unknown[]) => Promise<unknown>, sql, [
    ...args,
    (tx: postgres.TransactionSql<{ bigint: bigint }>) => work(bound(tx)),
  ]);
}

const kept = new WeakMap<ServedCall, Statement[]>();

/** Notes what the driver made, if it is a statement, with the running call. */
function track<T>(made: T): T {
  const call = currentCall();
  if (!(call instanceof ServedCall) || call.rpc.method.methodKind !== 'unary' || !isStatement(made)) return made;
  call.assertWanted();
  const statements = kept.get(call) ?? begun(call);
  if (statements.length === MOST_KEPT) statements.splice(0, MOST_KEPT / 2);
  statements.push(made);
  return made;
}

function begun(call: ServedCall): Statement[] {
  const statements: Statement[] = [];
  kept.set(call, statements);
  call.whenCancelled(() => {
    for (const statement of statements) if (statement.executed) void giveUp(statement);
  });
  return statements;
}

function isStatement(made: unknown): made is Statement {
  return made instanceof Promise && 'canceller' in made;
}

/** Cancels a statement as soon as the server works on it: in line for a connection, or behind others on one, it cannot be told from them. */
async function giveUp(statement: Statement): Promise<void> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  statement.then(over, over);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref());
    if (isOver) return;
    // A server that cannot be asked will not go on for long either.
    if (statement.active) await statement.canceller?.(statement).catch(() => undefined);
  }
}
