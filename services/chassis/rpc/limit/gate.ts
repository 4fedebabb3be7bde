import { Priority } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { GradientLimit, type LimitBounds } from './gradient-limit.ts';
import { overloaded } from './overloaded.ts';
import { callsInFlight, callsWaiting, concurrencyLimit, shedTotal } from './shed-metrics.ts';
import { WaitingRoom } from './waiting-room.ts';

interface Rank {
  name: string;
  /** The part of the limit that may be in use for such a call to begin. */
  share: number;
  /** How long such a call may wait for a place, in milliseconds; its own deadline always bounds it too. */
  patienceMs: number;
}

/** What goes first and what is refused first. Nobody waits for background work, so it comes back later instead of standing in line. */
const RANKS: readonly Rank[] = [
  { name: 'CRITICAL', share: 1, patienceMs: Number.POSITIVE_INFINITY },
  { name: 'NORMAL', share: 0.85, patienceMs: 2_000 },
  { name: 'BACKGROUND', share: 0.6, patienceMs: 0 },
];

export function rankOf(priority: Priority): number {
  if (priority === Priority.CRITICAL) return 0;
  return priority === Priority.BACKGROUND ? 2 : 1;
}

const SEATS = 1_000;
const WINDOW_MS = 100;
/** A line that is still there after so many windows is no burst: waiting longer in it only makes answers late. */
const STANDING_WINDOWS = 5;
/** The part of its time that a call may spend in such a line. */
const STANDING_SHARE = 0.25;
const LEAST_SAMPLES = 10;

/** What the gate needs to know of a call. */
interface Guest {
  readonly deadline: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Lets as many calls into a process as it can answer, lets a burst wait in line, and turns the rest away at once, the least important first.
 *
 * A call counts until the turn of the event loop in which it ends is over. Calls that only compute never overlap; counted like this, a turn
 * takes up as many of them as the limit allows, and those behind them are put in line by priority instead of being served as they came.
 */
export class Gate {
  readonly #limit: GradientLimit;
  readonly #room = new WaitingRoom(RANKS.length, SEATS);
  #places: number[] = [];
  #inFlight = 0;
  #ended = 0;
  #releasing = false;
  #windowDue = 0;
  #samples = 0;
  #slowdowns = 0;
  #most = 0;
  #left = 0;
  /** How late the event loop is at worst, of late, in milliseconds. */
  #lateness = 0;
  /** How many times their usual latency answers took lately. */
  #slowdown = 1;
  /** Windows in a row at whose end somebody waited. */
  #crowdedWindows = 0;
  /** Calls that end per millisecond while others wait; undefined while nobody had to. */
  #rate: number | undefined;

  constructor(bounds?: LimitBounds) {
    this.#limit = new GradientLimit(bounds);
    this.#setPlaces();
  }

  /** Takes a place if there is one. Who gets true must `leave`. */
  enter(rank: number): boolean {
    if (!this.#hasPlace(rank) || (this.#room.size > 0 && this.#room.ahead(rank) > 0)) return false;
    this.#take();
    return true;
  }

  /**
   * Resolves when a place has been taken for the call; rejects with RESOURCE_EXHAUSTED, at once when waiting would be in vain. `usualMs` is
   * what answering usually takes: a place that comes later than that before the deadline is of no use.
   */
  wait(rank: number, call: Guest, usualMs: number): Promise<void> {
    const now = Date.now();
    const { name, patienceMs } = RANKS[rank] as Rank;
    const shed = () => {
      shedTotal.inc({ priority: name });
      return overloaded(name);
    };
    const deadline = call.deadline ?? Number.POSITIVE_INFINITY;
    const share = this.#crowdedWindows < STANDING_WINDOWS ? 1 : STANDING_SHARE;
    const until = now + Math.min(patienceMs, (deadline - now) * share);
    // Half of all answers take longer than the mean. The event loop came late to the request, and will to its work.
    const isLate = (at: number) => at > until || at + 2 * (usualMs * this.#slowdown + this.#lateness) > deadline;
    const expected = this.#rate === undefined ? 0 : this.#room.ahead(rank) / this.#rate;
    if (patienceMs === 0 || this.#room.isFull || isLate(now + expected)) return Promise.reject(shed());
    return new Promise((resolve, reject) => {
      this.#room.join({
        rank,
        isGone: () => call.signal.aborted,
        isLate,
        admit: resolve,
        refuse: () => reject(shed()),
      });
    });
  }

  /** Notes how many times the usual an answer took. */
  note(slowdown: number): void {
    this.#samples += 1;
    this.#slowdowns += slowdown;
  }

  /** Gives a place back. */
  leave(): void {
    this.#ended += 1;
    if (this.#releasing) return;
    this.#releasing = true;
    setImmediate(this.#release);
  }

  readonly #release = () => {
    this.#releasing = false;
    this.#inFlight -= this.#ended;
    this.#left += this.#ended;
    this.#ended = 0;
    this.#admit();
  };

  #admit(): void {
    if (this.#room.size === 0) return;
    const may = (rank: number) => this.#hasPlace(rank);
    const now = Date.now();
    while (this.#room.size > 0) {
      const next = this.#room.next(may, now);
      if (!next) return;
      this.#take();
      next.admit();
    }
  }

  #hasPlace(rank: number): boolean {
    return this.#inFlight < (this.#places[rank] ?? 0);
  }

  #take(): void {
    this.#inFlight += 1;
    if (this.#inFlight > this.#most) this.#most = this.#inFlight;
    if (this.#windowDue === 0) this.#openWindow();
  }

  #openWindow(): void {
    this.#windowDue = performance.now() + WINDOW_MS;
    setTimeout(this.#closeWindow, WINDOW_MS).unref();
  }

  readonly #closeWindow = () => {
    const late = Math.max(0, performance.now() - this.#windowDue);
    this.#lateness = Math.max(late, this.#lateness * 0.9);
    const isCrowded = this.#room.size > 0;
    if (isCrowded && this.#crowdedWindows > 0) {
      const rate = Math.max(this.#left, 0.1) / (WINDOW_MS + late);
      this.#rate = this.#rate === undefined ? rate : this.#rate + (rate - this.#rate) * 0.2;
    }
    this.#crowdedWindows = isCrowded ? this.#crowdedWindows + 1 : 0;
    const enough = this.#samples >= LEAST_SAMPLES;
    const slowdown = enough ? this.#slowdowns / this.#samples : undefined;
    if (slowdown !== undefined) this.#slowdown = slowdown;
    this.#limit.update({ slowdown, inFlight: this.#most, loopDelayMs: late });
    if (enough) this.#samples = this.#slowdowns = 0;
    this.#most = this.#inFlight;
    this.#left = 0;
    this.#setPlaces();
    this.#room.sweep(Date.now());
    this.#admit();
    callsInFlight.set(this.#inFlight);
    callsWaiting.set(this.#room.size);
    this.#windowDue = 0;
    if (this.#inFlight > 0) this.#openWindow();
    else {
      this.#rate = undefined;
      this.#slowdown = 1;
      this.#lateness = 0;
    }
  };

  #setPlaces(): void {
    const limit = this.#limit.current;
    this.#places = RANKS.map(({ share }) => Math.ceil(limit * share));
    concurrencyLimit.set(limit);
  }
}
