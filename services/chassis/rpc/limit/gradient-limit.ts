/** Bounds of a limit, in calls at a time. */
export interface LimitBounds {
  start: number;
  min: number;
  max: number;
}

/** What a server saw in one window of time. */
export interface Observed {
  /** The mean of how many times their usual latency the answers took; undefined when there were too few to say. */
  slowdown: number | undefined;
  /** The most calls that were being answered at a time. */
  inFlight: number;
  /** How late the event loop was, in milliseconds. */
  loopDelayMs: number;
}

const DEFAULT_BOUNDS: LimitBounds = { start: 100, min: 20, max: 1000 };

/** Answers may take so many times the usual before the limit falls. */
const TOLERANCE = 1.5;

/** The event loop may be so late, in milliseconds, before the limit falls. */
const LOOP_TOLERANCE_MS = 50;

const SMOOTHING = 0.2;

/**
 * Finds out how many calls a server can answer at a time, by how much slower it gets as it answers more: Gradient2 of Netflix's
 * concurrency-limits (github.com/Netflix/concurrency-limits, `Gradient2Limit.java`; "Performance Under Load", Netflix Technology Blog, 2018).
 * The limit is multiplied by the ratio of tolerated to seen latency, never by less than a half, and the square root of itself is added as the
 * queue it may try out; a fifth of the way is gone at a time. A limit that is not half used is left alone.
 *
 * Two things differ from the original. Latencies are compared per RPC (`UsualLatency`). And the delay of the event loop counts as latency:
 * a Node process that has too much to compute answers each call quickly once it looks at it, and looks at it late.
 */
export class GradientLimit {
  readonly #bounds: LimitBounds;
  #estimate: number;

  constructor(bounds: LimitBounds = DEFAULT_BOUNDS) {
    this.#bounds = bounds;
    this.#estimate = bounds.start;
  }

  /** Calls at a time. */
  get current(): number {
    return Math.floor(this.#estimate);
  }

  update({ slowdown, inFlight, loopDelayMs }: Observed): void {
    const loop = gradientOf(LOOP_TOLERANCE_MS, loopDelayMs);
    if (loop === 1 && (slowdown === undefined || inFlight < this.#estimate / 2)) return;
    const gradient = Math.min(loop, gradientOf(TOLERANCE, slowdown ?? 1));
    const aim = this.#estimate * gradient + Math.sqrt(this.#estimate);
    const next = this.#estimate + (aim - this.#estimate) * SMOOTHING;
    this.#estimate = Math.min(this.#bounds.max, Math.max(this.#bounds.min, next));
  }
}

/** 1 while what is seen is tolerated, down to a half. */
function gradientOf(tolerated: number, seen: number): number {
  return Math.max(0.5, Math.min(1, tolerated / seen));
}
