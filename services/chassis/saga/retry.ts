/** Says how long a saga waits before a step is tried again. */
import type { RetryPlan } from './define.ts';

export const defaultRetry: RetryPlan = { baseMs: 100, capMs: 30_000, maxAttempts: 50 };

/** Full jitter: anything between nothing and the doubled base, so that sagas that failed together do not come back together. */
export function backOffMs(plan: RetryPlan, attempts: number, random: () => number = Math.random): number {
  return random() * Math.min(plan.capMs, plan.baseMs * 2 ** Math.min(attempts - 1, 30));
}
