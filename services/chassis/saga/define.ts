/**
 * Says what a saga is: a list of steps with their undo. The list is the documentation; the runner does the rest.
 *
 * A step's `do` and `undo` must be idempotent: after a crash or a time-out the runner cannot know whether an effect happened, so it
 * repeats it under the same `key(step)`.
 */
import { derivedId } from '../ids.ts';

export interface SagaContext<S> {
  readonly sagaId: string;
  readonly state: Readonly<S>;
  /** 1 at the first try of this step, and again after one whose call was turned away at the door. */
  readonly attempt: number;
  readonly startedAt: Date;
  /** The stable UUID of (this saga, a step): the request id under which a participant recognises a repeat. */
  key(step: string): string;
  /** Aborted when the step's time is over or the lease is lost. */
  readonly signal: AbortSignal;
}

/**
 * How a step that threw is tried again: full jitter below `baseMs` doubled at each try, never above `capMs`. When a call of it was refused with a time to come back,
 * that comes first, bounded by `capMs` as well.
 */
export interface RetryPlan {
  baseMs: number;
  capMs: number;
  /** Tries in all before the saga is parked; a call that was turned away (circuit open, overloaded) is none, and calls that nobody answered are half of them at most. Before the pivot a step is tried until it succeeds or is refused. */
  maxAttempts: number;
}

/** What a step leaves: nothing, or changes of the saga's state. */
export type StepResult<S> = Promise<Partial<S>> | Promise<void>;

export interface Step<S> {
  name: string;
  /** What it returns (and what an undo returns) is merged into the saga's state and stored before the next step begins. */
  do(context: SagaContext<S>): StepResult<S>;
  undo?(context: SagaContext<S>): StepResult<S>;
  /** From this step's success on there is no way back. It decides by itself whether a cancellation came in time. */
  pivot?: boolean;
  /** Default 15 s. */
  timeoutMs?: number;
  retry?: RetryPlan;
}

/** Why a saga compensates. */
export interface SagaFailure {
  step: string;
  reason: string;
}

export interface SagaOptions<S> {
  /** A saga older than this raises an alert; it is not stopped. Default 10 min. */
  budgetMs?: number;
  /** The failure's reason when the saga was asked to cancel. Default `CANCELLED`. */
  cancelReason?: string;
  /** Runs when everything is undone, repeated like an undo. */
  onCompensated?(context: SagaContext<S>, failure: SagaFailure): StepResult<S>;
  /** Is told that the saga ended or was parked, once that is stored. A hint only: a crash just then loses it. */
  onSettled?(saga: { id: string; subject: string }): Promise<void>;
}

export interface Saga<S> {
  readonly name: string;
  readonly steps: readonly Step<S>[];
  readonly options: SagaOptions<S>;
  /** Index of the pivot; the number of steps when there is none. */
  readonly pivot: number;
}

// Runner and tests carry sagas of mixed state types without looking into them; only a saga's own steps read its state.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnySaga = Saga<any>;
export type AnyStep = AnySaga['steps'][number];
export type AnyContext = Parameters<AnyStep['do']>[0];

export function defineSaga<S>(name: string, steps: Step<S>[], options: SagaOptions<S> = {}): Saga<S> {
  const names = new Set(steps.map((step) => step.name));
  if (names.size !== steps.length) throw new Error(`saga ${name}: two steps share a name`);
  if (steps.length === 0) throw new Error(`saga ${name}: has no steps`);
  const pivots = steps.filter((step) => step.pivot);
  if (pivots.length > 1) throw new Error(`saga ${name}: has more than one pivot`);
  const pivot = steps.findIndex((step) => step.pivot);
  return { name, steps, options, pivot: pivot === -1 ? steps.length : pivot };
}

/** Thrown by `do`: trying again cannot help. Up to the pivot the saga compensates, after it the saga is parked. */
export class StepRefused extends Error {
  readonly reason: string;
  constructor(reason: string, options?: { cause?: unknown }) {
    super(reason, options);
    this.name = 'StepRefused';
    this.reason = reason;
  }
}

/** Thrown by `do`: nothing failed, the step is tried again at `wakeAt` or when the saga is woken. */
export class StepPostponed extends Error {
  readonly wakeAt: Date;
  readonly reason: string;
  constructor(wakeAt: Date, reason: string) {
    super(reason);
    this.name = 'StepPostponed';
    this.wakeAt = wakeAt;
    this.reason = reason;
  }
}

/** The key of a saga's step: see `SagaContext.key`. */
export function stepKey(sagaId: string, step: string): string {
  return derivedId('saga', sagaId, step);
}
