/**
 * Drives the sagas of one process: those its own requests began, those that are due, and those whose runner died.
 *
 * A saga belongs to one runner at a time by a lease that is renewed while it runs. Waiting costs no slot: a saga that waits gives its
 * lease back and is found again by the sweeper, here or in another instance.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Clock, systemClock } from '../clock.ts';
import type { Database } from '../db/connect.ts';
import { newId } from '../ids.ts';
import type { Logger } from '../log.ts';
import type { AnySaga } from './define.ts';
import { execute } from './execute.ts';
import { startHousekeeping } from './housekeeping.ts';
import { type SagaStore, sagaStore } from './postgres-store.ts';
import { countEnd, countFailure, showSagaMetrics } from './saga-metrics.ts';
import { sagaSlots } from './slots.ts';
import { inStepContext, threads } from './step-context.ts';
import { freshRow, LeaseLost, type NewSaga } from './store.ts';
import { ended, type SagaMove, type SagaRow } from './table.ts';

export interface SagaRunnerOptions {
  db: Database;
  sagas: AnySaga[];
  /** Names this process in leases; a unique part is added, so that a restarted process never takes itself for its predecessor. */
  instance: string;
  log: Logger;
  clock?: Clock;
  /** The most sagas that run at a time, those that wait for somebody included. Default 64. */
  concurrency?: number;
  /** How often due sagas are looked for. Default 500 ms. */
  pollMs?: number;
  /** How long a dead runner's sagas wait for another one. Default 5 s: a process renews three times in that, so it may stand still for 3 s. */
  leaseMs?: number;
}

export interface SagaRunner extends Pick<SagaStore, 'find' | 'findOf' | 'list'> {
  /** A saga to be stored by its creator's own statement, under this runner's lease; then `start` it. */
  create(saga: AnySaga, subject: string, state: object): NewSaga;
  /** Runs a saga just stored. Returns at once. */
  start(saga: NewSaga): void;
  /** Makes waiting sagas due. */
  wake(...sagaIds: string[]): Promise<void>;
  /** Lets a parked saga go on where it stopped; answers nothing when it is not parked. */
  resume(sagaId: string): Promise<SagaRow | undefined>;
  /** Looks for due sagas now, such as after another statement made some due. */
  sweep(): void;
  /** Takes no more sagas, waits up to `graceMs` for running steps, and gives the rest to other instances. */
  stop(graceMs?: number): Promise<void>;
}

export function startSagaRunner(options: SagaRunnerOptions): SagaRunner {
  const { db, log, clock = systemClock, concurrency = 64, pollMs = 500, leaseMs = 5_000 } = options;
  showSagaMetrics();
  const owner = `${options.instance}/${newId()}`;
  const store = sagaStore(db, owner, leaseMs);
  const sagas = new Map(options.sagas.map((saga) => [saga.name, saga]));
  // Sagas outlive the request that began them, so they must not inherit its deadline and credentials.
  const outside = AsyncLocalStorage.snapshot();
  const slots = sagaSlots(concurrency, (row, signal) => outside(() => run(row, signal)));
  let stopped = false;
  let sweeping: Promise<void> | undefined;
  let sweepAgain = false;

  async function run(row: SagaRow, signal: AbortSignal): Promise<void> {
    const saga = sagas.get(row.kind);
    if (!saga) return;
    try {
      const rested = await execute(row, {
        saga,
        progress: store,
        clock,
        signal,
        around: inStepContext,
        moved,
      });
      if (ended.includes(rested.status) || rested.status === 'parked') await settled(saga, rested);
      const wait = rested.wakeAt.getTime() - clock.now().getTime();
      if (rested.status === 'running' || rested.status === 'compensating') {
        if (wait < pollMs) setTimeout(sweep, Math.max(wait, 0)).unref();
      }
    } catch (error) {
      if (error instanceof LeaseLost) log.info({ saga: row.id }, 'saga goes on in another runner');
      // The lease runs out and the sweeper takes the saga up again.
      else log.error({ saga: row.id, err: error }, 'saga progress could not be stored');
    }
  }

  async function settled({ name, options: { onSettled } }: AnySaga, row: SagaRow): Promise<void> {
    countEnd(name, row.status);
    try {
      await onSettled?.(row);
    } catch (error) {
      log.warn({ saga: row.id, err: error }, 'what waits for a saga could not be told that it settled');
    }
  }

  function moved(row: SagaRow, move: SagaMove): void {
    slots.moved(row.id);
    const facts = { saga: row.id, kind: row.kind, subject: row.subject, step: move.step, problem: move.problem };
    if (move.outcome === 'failed') {
      countFailure(row.kind, move.step);
      log.warn(facts, 'saga step failed');
    }
    if (row.status === 'parked')
      log.error({ ...facts, alert: 'saga_parked' }, 'saga parked: an operator must resume it');
  }

  function sweep(): void {
    if (stopped) return;
    if (sweeping) {
      sweepAgain = true;
      return;
    }
    sweeping = outside(claim).finally(() => {
      sweeping = undefined;
      if (sweepAgain) {
        sweepAgain = false;
        sweep();
      }
    });
  }

  async function claim(): Promise<void> {
    const room = slots.room();
    if (room <= 0) return;
    try {
      for (const row of await store.claimDue([...sagas.keys()], room, slots.held())) slots.add(row);
    } catch (error) {
      log.warn({ err: error }, 'due sagas could not be read');
    }
  }

  async function renewLeases(): Promise<void> {
    const held = slots.held();
    if (held.length === 0) return;
    const owned = await store.renew(held);
    for (const id of held) if (!owned.has(id)) slots.abort(id);
  }

  const stopHousekeeping = outside(() => startHousekeeping({ store, sagas, log, pollMs, leaseMs, sweep, renewLeases }));

  return {
    find: store.find,
    findOf: store.findOf,
    list: store.list,
    sweep,

    create: (saga, subject, state) => ({
      id: newId(),
      kind: saga.name,
      subject,
      state,
      lease_owner: owner,
      lease_ms: leaseMs,
      ...threads(),
    }),

    start: (saga) => slots.add(freshRow(saga, clock.now())),

    async wake(...sagaIds) {
      await store.wake(sagaIds);
      sweep();
    },

    async resume(sagaId) {
      const row = await store.resume(sagaId);
      sweep();
      return row;
    },

    async stop(graceMs = 5_000) {
      stopped = true;
      stopHousekeeping();
      await slots.close(graceMs);
      await store.release(slots.held());
    },
  };
}
