import { Code, ConnectError } from '@connectrpc/connect';
import { countRetry } from './client-metrics.ts';
import { pushbackMs } from './pushback.ts';
import { isRefusedHere } from './resilience/refusal.ts';
import { type Budget, retryDelay } from './retry.ts';
import type { MethodPlan } from './transport/method-plan.ts';
import { assertTimeLeft } from './transport/outgoing.ts';
import type { UnaryReply } from './transport/unary.ts';

/**
 * Sends a call again that its service may well answer the next time, as often as the contract allows, as long as there is time and the
 * retry budget lasts. Throws the last error.
 */
export async function persist(
  plan: MethodPlan,
  budget: Budget,
  deadline: number | undefined,
  signal: AbortSignal | undefined,
  send: () => Promise<UnaryReply>,
): Promise<UnaryReply> {
  budget.earn();
  for (let attempt = 1; ; attempt++) {
    assertNotOver(deadline, signal);
    try {
      return await send();
    } catch (error) {
      const hint = retryHint(error);
      if (hint === undefined || attempt >= plan.retry.maxAttempts) throw error;
      // On top of the hint: others were given the same one.
      const pause = hint + retryDelay(plan.retry, attempt);
      if (deadline !== undefined && Date.now() + pause >= deadline) throw error;
      if (!budget.spend()) throw error;
      countRetry(plan.name);
      await pauseFor(pause, signal);
    }
  }
}

/**
 * Whether the other side may well answer a second try, and the least pause it asks for, in milliseconds; undefined means it would not.
 * A lack of resources counts only when the answer says to come back: a message that is too large stays too large.
 */
function retryHint(error: unknown): number | undefined {
  if (!(error instanceof ConnectError) || isRefusedHere(error)) return undefined;
  const hint = pushbackMs(error);
  if (error.code === Code.Unavailable) return hint ?? 0;
  return error.code === Code.ResourceExhausted ? hint : undefined;
}

/** Refuses to send what nobody waits for any more. */
export function assertNotOver(deadline: number | undefined, signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new ConnectError('cancelled by the caller', Code.Canceled, undefined, undefined, signal.reason);
  assertTimeLeft(deadline);
}

function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
