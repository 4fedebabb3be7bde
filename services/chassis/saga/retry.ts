/** Says how long a saga waits before a step is tried again, and how many of its tries are used up. */
import { ConnectError } from '@connectrpc/connect';
import { isTurnedAway, isUnanswered, pushbackMs } from '../rpc/pushback.ts';
import type { RetryPlan } from './define.ts';

export const defaultRetry: RetryPlan = { baseMs: 100, capMs: 30_000, maxAttempts: 50 };

/** Full jitter: anything between nothing and the doubled base, so that sagas that failed together do not come back together. */
function backOffMs(plan: RetryPlan, attempts: number): number {
  return Math.random() * Math.min(plan.capMs, plan.baseMs * 2 ** Math.min(Math.max(attempts - 1, 0), 30));
}

/** The pause after a failure. One that says when to come back is heeded as far as the plan's cap; the jitter comes on top: others were told the same. */
export function pauseMs(plan: RetryPlan, attempts: number, error: unknown): number {
  const told = error instanceof ConnectError ? (pushbackMs(error) ?? 0) : 0;
  return Math.min(plan.capMs, told) + backOffMs(plan, attempts);
}

/**
 * The tries that are used up after one more failure. One whose call was turned away at the door is none, however long the door stays shut.
 * Nor shall an outage, however long, leave its sagas to an operator: where nobody answers, at most half of the tries go, so that pauses
 * become longer and there are enough left for the time after.
 */
export function triesAfter({ maxAttempts }: RetryPlan, tries: number, error: unknown): number {
  if (!(error instanceof ConnectError)) return tries + 1;
  if (isUnanswered(error)) return Math.max(tries, Math.min(tries + 1, Math.floor(maxAttempts / 2)));
  return isTurnedAway(error) ? tries : tries + 1;
}
