const WARM_UP = 10;

/** How long an RPC must be slower, or quicker, until that is what is usual. Getting used to a load must take longer than the load. Milliseconds. */
const SLOWER_AFTER_MS = 300_000;
const QUICKER_AFTER_MS = 10_000;

/** A pause counts for no more than this. */
const LONGEST_STEP_MS = 1_000;

/** Differences below this say nothing of the load: a pause of the garbage collector is as long. Milliseconds. */
const NOISE_MS = 5;

/**
 * What one RPC usually takes, so that a slow answer can be told from an RPC that is slow by nature: an exponential average over time and not
 * over answers, because a busy server gives so many that it would take its own queue for usual within a second. Each RPC has its own, because
 * a process that answers quick and slow ones would otherwise take a change in the mixture for a change in the load.
 */
export class UsualLatency {
  #ms = 0;
  #count = 0;
  #notedAt = 0;

  get ms(): number {
    return this.#ms;
  }

  /** Notes an answer that took `ms` milliseconds, and says how many times the usual that is. `now` is of a clock that only goes forward. */
  note(ms: number, now: number): number {
    const slowdown = this.#count === 0 ? 1 : Math.max(ms, NOISE_MS) / Math.max(this.#ms, NOISE_MS);
    if (this.#count < WARM_UP) {
      this.#count += 1;
      this.#ms += (ms - this.#ms) / this.#count;
    } else {
      const step = Math.min(now - this.#notedAt, LONGEST_STEP_MS);
      this.#ms += (ms - this.#ms) * (step / (ms > this.#ms ? SLOWER_AFTER_MS : QUICKER_AFTER_MS));
    }
    this.#notedAt = now;
    return slowdown;
  }
}
