import type { RpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';

/** Says how often, and after which pauses, a client repeats a failed call. Pauses are in milliseconds. */
export interface RetryPlan {
  /** Tries in all, the first included. 1 means never again. */
  readonly maxAttempts: number;
  /** The upper bound of the first pause; it doubles with every try. */
  readonly baseDelayMs: number;
}

const NEVER: RetryPlan = { maxAttempts: 1, baseDelayMs: 0 };
const DEFAULT_ATTEMPTS = 3;
const DEFAULT_BASE_DELAY_MS = 100;
const MAX_DELAY_MS = 30_000;

/** Reads the plan of an RPC from its contract. An RPC that is not declared idempotent is never repeated, whatever else its policy says. */
export function retryPlanOf(policy: RpcPolicy | undefined, idempotent: boolean): RetryPlan {
  if (!idempotent) return NEVER;
  return {
    maxAttempts: policy?.retry?.maxAttempts || DEFAULT_ATTEMPTS,
    baseDelayMs: policy?.retry?.baseDelayMs || DEFAULT_BASE_DELAY_MS,
  };
}

/**
 * The pause before the try that follows the given one (1 = the first), with full jitter: any value up to the bound is as likely,
 * so that clients that failed together do not return together. See "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function retryDelay(plan: RetryPlan, attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(MAX_DELAY_MS, plan.baseDelayMs * 2 ** (attempt - 1));
}

/**
 * Keeps extra calls, retries above all, from multiplying the load of a dependency that is already failing: every call earns a share of an
 * extra one, every extra call spends one. It starts full unless told otherwise, so that a quiet client may still retry a rare failure.
 */
export class Budget {
  #tokens: number;
  readonly #capacity: number;
  readonly #share: number;

  /** `share` is the part of calls that may be made on top (0.1 = 10 %); `capacity` is the greatest burst of them, `tokens` how many there are to begin with. */
  constructor(share = 0.1, capacity = 10, tokens = capacity) {
    this.#share = share;
    this.#capacity = capacity;
    this.#tokens = tokens;
  }

  /** Notes a call, which is not itself an extra one. */
  earn(): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + this.#share);
  }

  /** Takes one extra call out of the budget, or says that there is none left. */
  spend(): boolean {
    // The sum of many tenths falls a hair short of one.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens -= 1;
    return true;
  }
}
