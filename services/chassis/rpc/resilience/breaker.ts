import { Code, ConnectError } from '@connectrpc/connect';
import { CircuitState, CountBreaker } from 'cockatiel';
import { isAnswer } from './answered.ts';
import { breakerState } from './metrics.ts';
import type { BreakerPlan } from './plan.ts';
import { circuitOpen, unreachable } from './refusal.ts';

/** What each state shows in the metric. Away is open as well, but for no certain time. */
const STATES = { closed: 0, halfOpen: 1, open: 2, away: 2 };

/** How long the trial of a half-open circuit may take to prove that the dependency is well again, in milliseconds. */
const TRIAL_MS = 10_000;

/** Told whenever a circuit opens or closes. */
export type OnCircuit = (dependency: string, state: 'open' | 'closed', cause?: unknown) => void;

/** Whether a dependency can be reached: now, and whether it could not for longer than a restart takes. */
export interface Reach {
  isReady(): boolean;
  isGone(): boolean;
}

const ALWAYS_THERE: Reach = { isReady: () => true, isGone: () => false };

/**
 * Leaves a dependency alone that keeps failing, so that its callers hear so at once instead of each waiting for its own deadline. After a
 * while one call may try; the others go on being refused until it has come back.
 */
export class Breaker {
  readonly #dependency: string;
  readonly #openMs: number;
  readonly #reach: Reach;
  readonly #onCircuit: OnCircuit;
  readonly #lastCalls: CountBreaker;
  #state: keyof typeof STATES = 'closed';
  /** Grows with every change of state, so that what began before one has no say after it. */
  #era = 0;
  #openedAt = 0;
  #cause: unknown;

  /**
   * `reach` tells whether the dependency can be reached at all. Calls that meet nobody do not count, or a restart of a second would keep
   * callers away for a minute. Who stays away for longer than a restart takes opens the circuit too; it closes with the first connection.
   * A restart that takes longer than that fails calls, which only a second instance can spare them: to wait for longer would have every
   * absence hold its callers for as long.
   */
  constructor(dependency: string, plan: BreakerPlan, onCircuit: OnCircuit = () => {}, reach: Reach = ALWAYS_THERE) {
    this.#dependency = dependency;
    this.#openMs = plan.openMs;
    this.#onCircuit = onCircuit;
    this.#reach = reach;
    // It opens above the threshold, not at it.
    const threshold = (plan.failures - 0.5) / plan.minimumCalls;
    this.#lastCalls = new CountBreaker({ threshold, size: plan.minimumCalls });
    this.#become('closed');
  }

  /**
   * Makes a call unless the circuit is open, which throws UNAVAILABLE with the time to come back. `outcome` tells how a call ended that
   * does not end with its promise, such as a stream: the error it began with, if any.
   */
  async run<T>(call: () => Promise<T>, outcome?: (result: T) => unknown): Promise<T> {
    if (this.#reach.isGone()) throw this.#leaveAlone();
    if (this.#state === 'away') this.#close();
    if (this.#state !== 'closed') this.#beginTrial();
    const era = this.#era;
    try {
      const result = await call();
      this.#judge(era, outcome?.(result));
      return result;
    } catch (error) {
      this.#judge(era, error);
      throw error;
    }
  }

  /** Lets a call try an open circuit whose time is up; any other is refused. */
  #beginTrial(): void {
    const left = this.#openedAt + this.#openMs - Date.now();
    if (this.#state === 'halfOpen' || left > 0) {
      throw circuitOpen(this.#dependency, Math.max(left, TRY_AGAIN_MS), this.#cause);
    }
    this.#become('halfOpen');
    const era = this.#era;
    setTimeout(() => this.#judge(era, new Error('the trial took too long')), TRIAL_MS).unref();
  }

  /** Opens the circuit until there is somebody again. */
  #leaveAlone(): ConnectError {
    if (this.#state !== 'away') {
      this.#become('away');
      this.#onCircuit(this.#dependency, 'open', unreachable(this.#dependency));
    }
    return unreachable(this.#dependency);
  }

  #judge(era: number, error: unknown): void {
    if (era !== this.#era) return;
    if (this.#reach.isGone()) {
      this.#leaveAlone();
      return;
    }
    const trial = this.#state === 'halfOpen';
    const state = trial ? CircuitState.HalfOpen : CircuitState.Closed;
    if (this.#speaksAgainst(error, trial)) {
      if (this.#lastCalls.failure(state)) this.#open(error);
    } else {
      this.#lastCalls.success(state);
      if (trial) this.#close();
    }
  }

  /** A call that its caller gave up, that could not even be made, or that found nobody says nothing of the dependency, and hence does not close a circuit either. */
  #speaksAgainst(error: unknown, trial: boolean): boolean {
    if (error === undefined) return false;
    const saysNothing = !(error instanceof ConnectError) || error.code === Code.Canceled || !this.#reach.isReady();
    return saysNothing ? trial : !isAnswer(error);
  }

  #open(cause: unknown): void {
    this.#openedAt = Date.now();
    this.#cause = cause;
    this.#become('open');
    this.#onCircuit(this.#dependency, 'open', cause);
  }

  #close(): void {
    this.#become('closed');
    this.#onCircuit(this.#dependency, 'closed');
  }

  #become(state: keyof typeof STATES): void {
    this.#state = state;
    this.#era++;
    breakerState.set({ dependency: this.#dependency }, STATES[state]);
  }
}

/** While a trial is under way nobody knows when it ends; soon, in all likelihood. */
const TRY_AGAIN_MS = 1_000;
