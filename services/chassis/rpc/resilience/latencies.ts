/** Enough to tell a usual answer from a slow one. */
const LEAST_SAMPLES = 20;
const KEPT_SAMPLES = 128;
/** Sorting costs some microseconds, hence not with every call. */
const SAMPLES_PER_SORT = 64;

/** Remembers how long the last calls of one RPC took, in milliseconds. */
export class Latencies {
  readonly #kept = new Float64Array(KEPT_SAMPLES);
  #count = 0;
  #next = 0;
  #unsorted = 0;
  #p95: number | undefined;

  add(ms: number): void {
    this.#kept[this.#next] = ms;
    this.#next = (this.#next + 1) % KEPT_SAMPLES;
    if (this.#count < KEPT_SAMPLES) this.#count++;
    this.#unsorted++;
    if (this.#count < LEAST_SAMPLES) return;
    if (this.#p95 !== undefined && this.#unsorted < SAMPLES_PER_SORT) return;
    this.#unsorted = 0;
    const sorted = this.#kept.slice(0, this.#count).sort();
    this.#p95 = sorted[Math.ceil(sorted.length * 0.95) - 1];
  }

  /** What 95 % of the last calls stayed within; undefined while too few were seen. */
  get p95(): number | undefined {
    return this.#p95;
  }
}
