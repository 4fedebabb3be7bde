const SAMPLES = 600;
const WARM_UP = 10;

/** Differences below this say nothing of the load: a pause of the garbage collector is as long. Milliseconds. */
const NOISE_MS = 5;

/**
 * What one RPC usually takes, so that a slow answer can be told from an RPC that is slow by nature: the exponential average of some 600
 * answers, and the plain one of the first ten. Each RPC has its own, because a process that answers quick and slow ones would otherwise
 * take a change in the mixture for a change in the load.
 */
export class UsualLatency {
  #ms = 0;
  #count = 0;

  get ms(): number {
    return this.#ms;
  }

  /** Notes an answer that took `ms` milliseconds, and says how many times the usual that is. */
  note(ms: number): number {
    const slowdown = this.#count === 0 ? 1 : Math.max(ms, NOISE_MS) / Math.max(this.#ms, NOISE_MS);
    if (this.#count < WARM_UP) {
      this.#count += 1;
      this.#ms += (ms - this.#ms) / this.#count;
    } else {
      this.#ms += (ms - this.#ms) * (2 / (SAMPLES + 1));
    }
    return slowdown;
  }
}
