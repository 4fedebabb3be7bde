import { Code, ConnectError } from '@connectrpc/connect';
import { type CircuitBreakerPolicy, CircuitState, CountBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { isAnswer } from './answered.ts';
import { breakerState } from './metrics.ts';
import type { BreakerPlan } from './plan.ts';
import { circuitOpen } from './refusal.ts';

const STATES = { closed: 0, halfOpen: 1, open: 2 };

/** How long the trial of a half-open circuit may take to prove that the dependency is well again, in milliseconds. */
const TRIAL_MS = 10_000;

/** Told whenever a circuit opens or closes. */
export type OnCircuit = (dependency: string, state: 'open' | 'closed', cause?: unknown) => void;

/**
 * Leaves a dependency alone that keeps failing, so that its callers hear so at once instead of each waiting for its own deadline. After a
 * while one call may try; the others go on being refused until it has come back.
 */
export class Breaker {
  readonly #dependency: string;
  readonly #openMs: number;
  readonly #connected: () => boolean;
  readonly #policy: CircuitBreakerPolicy;
  #openedAt = 0;
  #cause: unknown;

  /**
   * `connected` tells whether the dependency can be reached at all. While it cannot, its channel looks for it and refuses calls at once by
   * itself: nobody waits, and a service that restarts is called again as soon as it is back, not when a circuit closes.
   */
  constructor(
    dependency: string,
    plan: BreakerPlan,
    onCircuit: OnCircuit = () => {},
    connected: () => boolean = () => true,
  ) {
    this.#dependency = dependency;
    this.#connected = connected;
    this.#openMs = plan.openMs;
    // It opens above the threshold, not at it.
    const threshold = (plan.failures - 0.5) / plan.minimumCalls;
    const breaker = new CountBreaker({ threshold, size: plan.minimumCalls });
    this.#policy = circuitBreaker(handleAll, { breaker, halfOpenAfter: plan.openMs });
    const show = (state: keyof typeof STATES) => breakerState.set({ dependency }, STATES[state]);
    show('closed');
    this.#policy.onBreak((reason) => {
      this.#openedAt = Date.now();
      this.#cause = 'error' in reason ? reason.error : undefined;
      show('open');
      onCircuit(dependency, 'open', this.#cause);
    });
    this.#policy.onHalfOpen(() => show('halfOpen'));
    this.#policy.onReset(() => {
      show('closed');
      onCircuit(dependency, 'closed');
    });
  }

  /**
   * Makes a call unless the circuit is open, which throws UNAVAILABLE with the time to come back. `outcome` tells how a call ended that
   * does not end with its promise, such as a stream: the error it began with, if any.
   */
  run<T>(call: () => Promise<T>, outcome?: (result: T) => unknown): Promise<T> {
    const trial = this.#policy.state !== CircuitState.Closed;
    if (trial) {
      const refusal = this.#refusal();
      if (refusal !== undefined) return Promise.reject(refusal);
    }
    let made: Promise<T> | undefined;
    // The policy only watches: what the caller gets does not pass through it, so that a caller never waits for a verdict.
    const watched = this.#policy.execute(() => {
      made = Promise.try(call);
      const verdict = made.then(
        (result) => this.#judge(outcome?.(result), trial),
        (error: unknown) => this.#judge(error, trial),
      );
      return trial ? inTime(verdict) : verdict;
    });
    watched.catch(() => {});
    return made ?? Promise.reject(circuitOpen(this.#dependency, this.#openMs));
  }

  /**
   * Throws what speaks against the dependency. A call that its caller gave up, that could not even be made, or that found nobody says
   * nothing of it, and hence does not close a circuit either.
   */
  #judge(error: unknown, trial: boolean): void {
    if (error === undefined) return;
    const saysNothing = !(error instanceof ConnectError) || error.code === Code.Canceled || !this.#connected();
    if (saysNothing ? trial : !isAnswer(error)) throw error;
  }

  #refusal(): Error | undefined {
    const left = this.#openedAt + this.#openMs - Date.now();
    const trying = this.#policy.state === CircuitState.HalfOpen;
    if (!trying && left <= 0) return undefined;
    return circuitOpen(this.#dependency, Math.max(left, TRY_AGAIN_MS), this.#cause);
  }
}

/** While a trial is under way nobody knows when it ends; soon, in all likelihood. */
const TRY_AGAIN_MS = 1_000;

async function inTime(verdict: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the trial took too long')), TRIAL_MS);
    timer.unref();
  });
  try {
    await Promise.race([verdict, late]);
  } finally {
    clearTimeout(timer);
  }
}
