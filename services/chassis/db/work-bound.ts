import { setTimeout as delay } from 'node:timers/promises';
import { currentCall, type Work } from '../rpc/call.ts';
import { ServedCall } from '../rpc/served-call.ts';
import type { Lines } from './lines.ts';
import type { Statement, StatementObserver } from './statement.ts';

/** Work has few statements at a time; of what makes thousands the early ones are over. */
const MOST_KEPT = 64;

/** To cancel costs a connection, so a statement may first end by itself. Milliseconds. */
const GRACE_MS = 50;

/** What was cancelled ends at once, unless its connection is dead. */
const SILENT_MS = 10_000;

interface Kept {
  statements: Statement[];
  readonly transactions: Set<Promise<unknown>>;
}

/**
 * Ties statements and transactions to the work that needs them, a call or what has a limit: one that still runs when the work's time is up, or its caller has gone, is
 * cancelled, and work that is over starts no more. What does not even end then is on a connection that is dead. The bookkeeping is a push to a list, since a timer per
 * statement, or a `statement_timeout` set before each, would be paid by all the statements that are quick. Streams begin and end many statements, and are stopped
 * between two of them.
 */
export function workBound(lines: Lines): StatementObserver {
  const kept = new WeakMap<Work, Kept>();

  /** What the running work has begun; undefined when nothing bounds it. Throws when it is over. */
  function keptOfWork(): Kept | undefined {
    const work = currentCall();
    if (work instanceof ServedCall) {
      if (work.rpc.method.methodKind !== 'unary') return undefined;
      work.assertWanted();
    } else if (!work?.deadline) {
      return undefined;
    } else {
      work.signal.throwIfAborted();
    }
    return kept.get(work) ?? begun(work);
  }

  function begun(work: Work): Kept {
    const all: Kept = { statements: [], transactions: new Set() };
    kept.set(work, all);
    const end = () => void giveUp(all, lines);
    if (work instanceof ServedCall) work.whenCancelled(end);
    else work.signal.addEventListener('abort', end, { once: true });
    return all;
  }

  return {
    made(statement) {
      const all = keptOfWork();
      if (!all) return;
      if (all.statements.length === MOST_KEPT) all.statements.splice(0, MOST_KEPT / 2);
      all.statements.push(statement);
    },
    async transaction(run) {
      const all = keptOfWork();
      if (!all) return run();
      const running = run();
      all.transactions.add(running);
      try {
        return await running;
      } finally {
        all.transactions.delete(running);
      }
    },
  };
}

async function giveUp({ statements, transactions }: Kept, lines: Lines): Promise<void> {
  const asked = statements.filter(({ executed }) => executed);
  const over = Promise.allSettled([...asked, ...transactions]).then(() => true);
  const endSilent = lines.listen();
  for (const statement of asked) void cancel(statement);
  if (!(await Promise.race([over, delay(SILENT_MS, false, { ref: false })]))) endSilent();
}

/** Cancels a statement as soon as the server works on it: in line for a connection, or behind others on one, it cannot be told from them. */
async function cancel(statement: Statement): Promise<void> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  statement.then(over, over);
  for (let wait = GRACE_MS; ; wait *= 2) {
    await delay(wait, undefined, { ref: false });
    if (isOver) return;
    // A server that cannot be asked will not go on for long either.
    if (statement.active) await statement.canceller?.(statement).catch(() => undefined);
  }
}
