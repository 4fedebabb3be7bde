import { currentCall } from '../rpc/call.ts';
import { ServedCall } from '../rpc/served-call.ts';
import type { Statement } from './statement.ts';

/** A call has few statements at a time; of one that makes thousands the early ones are over. */
const MOST_KEPT = 64;

/** To cancel costs a connection, so a statement may first end by itself. Milliseconds. */
const GRACE_MS = 50;

const kept = new WeakMap<ServedCall, Statement[]>();

/**
 * Ties a statement to the call that needs it: one that still runs when the call's time is up, or its caller has gone, is cancelled, and a call that is over starts
 * no more. The bookkeeping is a push to a list, since a timer per statement, or a `statement_timeout` set before each, would be paid by all the statements that are
 * quick. Streams begin and end many statements, and are stopped between two of them.
 */
export function endWithCall(statement: Statement): void {
  const call = currentCall();
  if (!(call instanceof ServedCall) || call.rpc.method.methodKind !== 'unary') return;
  call.assertWanted();
  const statements = kept.get(call) ?? begun(call);
  if (statements.length === MOST_KEPT) statements.splice(0, MOST_KEPT / 2);
  statements.push(statement);
}

function begun(call: ServedCall): Statement[] {
  const statements: Statement[] = [];
  kept.set(call, statements);
  call.whenCancelled(() => {
    for (const statement of statements) if (statement.executed) void giveUp(statement);
  });
  return statements;
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
