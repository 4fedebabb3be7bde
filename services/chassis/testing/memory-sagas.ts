/** Runs sagas without a database: what `execute` needs of the store, kept in memory under the same fence. */
import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';
import type { AnySaga, AnyStep } from '../saga/define.ts';
import { execute } from '../saga/execute.ts';
import { freshRow, LeaseLost, type SagaProgress } from '../saga/store.ts';
import type { SagaRow } from '../saga/table.ts';

export interface MemorySagas {
  progress: SagaProgress;
  /** Asks a saga to undo its work. */
  cancel(id: string): void;
  row(id: string): SagaRow | undefined;
}

function memorySagas(): MemorySagas {
  const rows = new Map<string, SagaRow>();
  const known = (saga: SagaRow) => {
    const row = rows.get(saga.id) ?? saga;
    rows.set(saga.id, row);
    return row;
  };
  return {
    progress: {
      async save(saga, change) {
        const row = known(saga);
        if (row.version !== saga.version) throw new LeaseLost(saga.id);
        const { wakeAt = row.wakeAt, ...rest } = change;
        // State passes through JSON, as it does in a table.
        const state = JSON.parse(JSON.stringify(rest.state)) as object;
        rows.set(saga.id, { ...row, ...rest, state, wakeAt, version: row.version + 1 });
        return { version: row.version + 1, wakes: row.wakes, cancelRequested: row.cancelRequested };
      },
    },
    cancel(id) {
      const row = rows.get(id);
      if (row) rows.set(id, { ...row, cancelRequested: true, wakes: row.wakes + 1 });
    },
    row: (id) => rows.get(id),
  };
}

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  moveTo(time: Date): void;
}

export function testClock(start = new Date('2026-01-01T00:00:00Z')): TestClock {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    moveTo(to) {
      time = Math.max(time, to.getTime());
    },
  };
}

/** Runs a new saga to its end, moving the clock to each wake-up. Gives up after `rests` of them: then the saga waits for somebody. */
export async function runToEnd(saga: AnySaga, state: object, options: RunOptions): Promise<SagaRow> {
  const { clock, sagas = memorySagas(), id = newId(), subject = newId(), rests = 60 } = options;
  const fresh = { id, kind: saga.name, subject, state, correlation: null, traceparent: null };
  let row = freshRow({ ...fresh, lease_owner: 'test', lease_ms: 0 }, clock.now());
  for (let rested = 0; rested <= rests; rested++) {
    const { signal } = new AbortController();
    row = await execute(row, { saga, progress: sagas.progress, clock, signal });
    if (row.status !== 'running' && row.status !== 'compensating') return row;
    clock.moveTo(row.wakeAt);
    await options.rested?.(row);
    row = sagas.row(row.id) ?? row;
  }
  return row;
}

export interface RunOptions {
  clock: TestClock;
  sagas?: MemorySagas;
  id?: string;
  subject?: string;
  rests?: number;
  /** Is told each time the saga waits. */
  rested?(row: SagaRow): Promise<void> | void;
}

/** A saga whose steps are replaced one by one. */
export function withSteps(saga: AnySaga, replace: (step: AnyStep, index: number) => AnyStep): AnySaga {
  return {
    ...saga,
    steps: saga.steps.map(replace),
  };
}
