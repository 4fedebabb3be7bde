/** Runs one saga, step by step, until it waits, ends or is parked. Knows nothing of leases, slots and tables. */

import type { Clock } from '../clock.ts';
import { withoutValues } from '../db/without-values.ts';
import { crashPoint } from '../faults/crash-points.ts';
import {
  type AnyContext,
  type AnySaga,
  type AnyStep,
  type SagaFailure,
  StepPostponed,
  StepRefused,
  stepKey,
} from './define.ts';
import { defaultRetry, pauseMs, triesAfter } from './retry.ts';
import { LeaseLost, type SagaChange, type SagaProgress } from './store.ts';
import type { SagaMove, SagaRow } from './table.ts';

const DEFAULT_STEP_TIMEOUT_MS = 15_000;
/** The name under which `onCompensated` appears in a saga's history. */
const CONCLUSION = 'conclusion';

export interface Execution {
  saga: AnySaga;
  progress: SagaProgress;
  clock: Clock;
  /** Aborted when the lease is lost or the process stops. */
  signal: AbortSignal;
  /** Wraps each step, so that it is a span of the saga's trace, and its calls and statements end with its time. */
  around?<T>(row: SagaRow, step: string, time: StepTime, run: () => Promise<T>): Promise<T>;
  /** Is told of every move stored. */
  moved?(row: SagaRow, move: SagaMove): void;
}

/** How long a step may take: until when, in milliseconds since the epoch, and what is aborted then. */
export interface StepTime {
  deadline: number;
  signal: AbortSignal;
}

type Outcome = Partial<SagaChange> & { move: Omit<SagaMove, 'time'> };

/** Answers the saga as it rests. Throws `LeaseLost` when it is no longer this runner's. */
export async function execute(initial: SagaRow, execution: Execution): Promise<SagaRow> {
  let row = initial;
  for (;;) {
    const { move, ...outcome } =
      row.status === 'compensating' ? await undoNext(row, execution) : await doNext(row, execution);
    if (execution.signal.aborted) throw new LeaseLost(row.id);
    const stamped = { ...move, time: execution.clock.now().toISOString() };
    const change: SagaChange = {
      state: row.state,
      step: row.step,
      status: row.status,
      attempts: row.attempts,
      touched: row.touched,
      failure: row.failure,
      problem: null,
      history: recorded(row.history, stamped),
      ...outcome,
    };
    const signals = await execution.progress.save(row, change);
    crashPoint(pointOf(row, move.step, 'stored'));
    const { wakeAt, ...rest } = change;
    const woken = signals.wakes !== row.wakes;
    row = { ...row, ...rest, ...signals, wakeAt: wakeAt && woken ? execution.clock.now() : (wakeAt ?? row.wakeAt) };
    execution.moved?.(row, stamped);
    if (wakeAt || (row.status !== 'running' && row.status !== 'compensating')) return row;
  }
}

async function doNext(row: SagaRow, execution: Execution): Promise<Outcome> {
  const { saga, clock } = execution;
  const step = saga.steps[row.step];
  if (!step) throw new Error(`saga ${saga.name} has no step ${row.step}`);
  // The pivot decides by itself whether a cancellation came in time, so one that arrives there is not acted on here.
  if (row.cancelRequested && row.step < saga.pivot) {
    return compensation(row, saga, { step: step.name, reason: saga.options.cancelReason ?? 'CANCELLED' });
  }
  try {
    const result = await attempt(row, step, step.do, execution);
    const next = row.step + 1;
    return {
      state: { ...row.state, ...result },
      step: next,
      status: next === saga.steps.length ? 'completed' : 'running',
      attempts: 0,
      touched: false,
      move: { step: step.name, outcome: 'done' },
    };
  } catch (error) {
    if (error instanceof StepPostponed) return postponed(step.name, error);
    if (error instanceof StepRefused && row.step <= saga.pivot) {
      return compensation(row, saga, { step: step.name, reason: error.reason });
    }
    return failed(row, step, error, { mayPark: row.step > saga.pivot, clock });
  }
}

async function undoNext(row: SagaRow, execution: Execution): Promise<Outcome> {
  const { saga, clock } = execution;
  const index = saga.steps.findLastIndex((step, at) => at <= row.step && step.undo !== undefined);
  const step = saga.steps[index];
  const name = step?.name ?? CONCLUSION;
  const failure = row.failure ?? { step: name, reason: 'UNKNOWN' };
  const conclude: AnyStep['do'] = async (context) => (await saga.options.onCompensated?.(context, failure)) ?? {};
  try {
    const result = await attempt(row, step ?? { name }, step?.undo ?? conclude, execution);
    const state = { ...row.state, ...result };
    return step
      ? { state, step: index - 1, attempts: 0, move: { step: name, outcome: 'undone' } }
      : { state, status: 'compensated', attempts: 0, move: { step: name, outcome: 'done' } };
  } catch (error) {
    if (error instanceof StepPostponed) return postponed(name, error);
    return failed(row, step ?? { name }, error, { mayPark: true, clock });
  }
}

/** Begins to undo, with the step itself when a try of it may have had an effect. */
function compensation(row: SagaRow, saga: AnySaga, failure: SagaFailure): Outcome {
  const last = row.touched ? row.step : row.step - 1;
  const step = saga.steps[row.step]?.name ?? '';
  const move = { step, outcome: 'refused' as const, problem: failure.reason };
  return { status: 'compensating', step: last, attempts: 0, touched: false, failure, move };
}

function postponed(step: string, error: StepPostponed): Outcome {
  const move = { step, outcome: 'postponed' as const, problem: error.reason };
  return { attempts: 0, touched: true, problem: error.reason, wakeAt: error.wakeAt, move };
}

function failed(
  row: SagaRow,
  step: Pick<AnyStep, 'name' | 'retry'>,
  error: unknown,
  { mayPark, clock }: { mayPark: boolean; clock: Clock },
): Outcome {
  const plan = step.retry ?? defaultRetry;
  const attempts = triesAfter(plan, row.attempts, error);
  const problem = describe(error);
  const parks = mayPark && (error instanceof StepRefused || attempts >= plan.maxAttempts);
  const outcome = error instanceof StepRefused ? ('refused' as const) : ('failed' as const);
  const base = { attempts, touched: true, problem, move: { step: step.name, outcome, problem } };
  return parks
    ? { ...base, status: 'parked' }
    : { ...base, wakeAt: new Date(clock.now().getTime() + pauseMs(plan, attempts, error)) };
}

/** Runs a step under its time limit. One that does not listen to its signal goes on unobserved; its effects are idempotent. */
async function attempt(
  row: SagaRow,
  step: { name: string; timeoutMs?: number },
  act: AnyStep['do'],
  { signal, around = (_row, _step, _time, run) => run() }: Execution,
): Promise<object> {
  const overtime = new AbortController();
  const limit = step.timeoutMs ?? DEFAULT_STEP_TIMEOUT_MS;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      overtime.abort();
      reject(new Error(`no answer within ${limit} ms`));
    }, limit);
  });
  const context: AnyContext = {
    sagaId: row.id,
    state: row.state,
    attempt: row.attempts + 1,
    startedAt: row.startedAt,
    key: (name) => stepKey(row.id, name),
    signal: AbortSignal.any([signal, overtime.signal]),
  };
  try {
    const time = { deadline: Date.now() + limit, signal: overtime.signal };
    const work = around(row, step.name, time, async () => {
      crashPoint(pointOf(row, step.name, 'before'));
      const result = await act(context);
      crashPoint(pointOf(row, step.name, 'after'));
      return result;
    });
    return (await Promise.race([work, timeUp])) ?? {};
  } finally {
    clearTimeout(timer);
  }
}

/** Before a step's effect, after it, and after it is stored: a process may die at any of them. */
function pointOf({ kind, status }: SagaRow, step: string, moment: 'before' | 'after' | 'stored'): string {
  return `saga:${kind}/${status === 'compensating' ? 'undo ' : ''}${step}:${moment}`;
}

function recorded(history: SagaMove[], move: SagaMove): SagaMove[] {
  const last = history.at(-1);
  const repeats = last && last.step === move.step && last.outcome === move.outcome;
  return repeats ? [...history.slice(0, -1), { ...move, times: (last.times ?? 1) + 1 }] : [...history, move];
}

/** For everybody who may look at sagas, so without the values of a failed statement. */
function describe(error: unknown): string {
  const told = withoutValues(error);
  return (told instanceof Error ? told.message : String(told)).slice(0, 500);
}
