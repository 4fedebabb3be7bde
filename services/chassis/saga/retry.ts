/** Says how long a saga waits before a step is tried again, and whether the try that failed counts. */
import { ConnectError } from '@connectrpc/connect';
import { isTurnedAway, pushbackMs } from '../rpc/pushback.ts';
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

/** Whether a step was really tried: one whose call was turned away at the door keeps all its tries, however long the door stays shut. */
export function countsAsTry(error: unknown): boolean {
  return !(error instanceof ConnectError && isTurnedAway(error));
}
