/**
 * Which sagas of a process run and which wait for their turn.
 *
 * Few run at a time while few wait: a request that arrives then finds the processor free, and each saga ends sooner than it would among many. The more wait, the
 * more run: work that is done for many at once costs less for each, so a backlog shrinks faster. A saga whose step takes long is waiting for somebody else and
 * holds no slot meanwhile.
 */
import type { SagaRow } from './table.ts';

/** Sagas that run at a time when hardly any wait. */
const FEWEST = 4;
/** One more for each so many that wait. */
const WAITING_PER_SLOT = 8;
/** A step that takes longer is waiting for somebody. */
const SLOW_MS = 100;

interface Running {
  abort: AbortController;
  done: Promise<void>;
  /** When its present step began. */
  since: number;
}

export interface Slots {
  /** Runs a saga as soon as it is its turn. */
  add(row: SagaRow): void;
  /** A saga took a step. */
  moved(id: string): void;
  /** How many more would find room, waiting ones counted. */
  room(): number;
  /** Those that run or wait. */
  held(): string[];
  /** Has a running saga stop where it is. */
  abort(id: string): void;
  /** Starts no more; waits up to `graceMs` for those that run, and aborts what is left then. */
  close(graceMs: number): Promise<void>;
}

/** At most `most` run at a time, slow ones included. `run` must not throw. */
export function sagaSlots(most: number, run: (row: SagaRow, signal: AbortSignal) => Promise<void>): Slots {
  const waiting: SagaRow[] = [];
  const running = new Map<string, Running>();
  let closed = false;
  let again: NodeJS.Timeout | undefined;

  function hasRoom(): boolean {
    if (running.size >= most) return false;
    const slowSince = performance.now() - SLOW_MS;
    const quick = running.values().reduce((count, { since }) => count + (since > slowSince ? 1 : 0), 0);
    return quick < FEWEST + Math.floor(waiting.length / WAITING_PER_SLOT);
  }

  function fill(): void {
    while (!closed && hasRoom()) {
      const row = waiting.shift();
      if (!row) return;
      begin(row);
    }
    if (closed || waiting.length === 0) return;
    again ??= setTimeout(() => {
      again = undefined;
      fill();
    }, SLOW_MS).unref();
  }

  function begin(row: SagaRow): void {
    const abort = new AbortController();
    const done = run(row, abort.signal).finally(() => {
      running.delete(row.id);
      fill();
    });
    running.set(row.id, { abort, done, since: performance.now() });
  }

  return {
    add(row) {
      if (closed) return;
      waiting.push(row);
      fill();
    },
    moved(id) {
      const saga = running.get(id);
      if (saga) saga.since = performance.now();
    },
    room: () => most - running.size - waiting.length,
    held: () => [...running.keys(), ...waiting.map((row) => row.id)],
    abort: (id) => running.get(id)?.abort.abort(),
    async close(graceMs) {
      closed = true;
      clearTimeout(again);
      const left = [...running.values()].map(({ done }) => done);
      await Promise.race([Promise.all(left), new Promise((resolve) => setTimeout(resolve, graceMs).unref())]);
      for (const { abort } of running.values()) abort.abort();
    },
  };
}
