import { Code, ConnectError } from '@connectrpc/connect';
import { bulkheadRefused, type Waiting, waitingOf } from './metrics.ts';
import type { BulkheadPlan } from './plan.ts';
import { bulkheadFull } from './refusal.ts';

/** When to come back to a queue that was full, in milliseconds: a random time of this length on average, so that a flood does not return as one. */
const COME_BACK_MS = 1_000;

/** Node ends a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Keeps one kind of call to one dependency from taking all of a process: so many at a time, a bounded number waiting, in the order they
 * came. Who waits leaves at its deadline or when its caller gives up, and then takes no place of the queue any more.
 */
export class Bulkhead {
  readonly #dependency: string;
  readonly #name: string;
  readonly #waiting = new Set<() => void>();
  readonly #longest: number;
  readonly #count: Waiting;
  #free: number;

  constructor(dependency: string, plan: BulkheadPlan) {
    this.#dependency = dependency;
    this.#name = plan.name;
    this.#count = waitingOf(dependency, plan.name);
    this.#free = plan.places;
    this.#longest = plan.waiting;
  }

  /** Runs `work` when there is a place. Throws RESOURCE_EXHAUSTED when the queue is full, DEADLINE_EXCEEDED or CANCELED when waiting was in vain. */
  async run<T>(work: () => Promise<T>, deadline: number | undefined, signal: AbortSignal | undefined): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#wait(deadline, signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #wait(deadline: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size >= this.#longest) {
      bulkheadRefused.inc({ dependency: this.#dependency, bulkhead: this.#name });
      throw bulkheadFull(this.#dependency, this.#name, COME_BACK_MS * (0.5 + Math.random()));
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(enter);
        this.#count.calls--;
      };
      const enter = () => {
        leave();
        resolve();
      };
      const giveUp = (code: Code, why: string) => {
        leave();
        reject(new ConnectError(`${why} while the call waited for its turn at ${this.#dependency}`, code));
      };
      const onAbort = () => giveUp(Code.Canceled, 'the caller gave up');
      const timer =
        deadline === undefined
          ? undefined
          : setTimeout(
              () => giveUp(Code.DeadlineExceeded, 'time ran out'),
              Math.min(deadline - Date.now(), LONGEST_TIMER_MS),
            );
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(enter);
      this.#count.calls++;
    });
  }

  /** Hands the place to who waited longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free++;
    else next();
  }
}
