/** A call that waits for a place. */
export interface Waiting {
  /** Where it stands in line: 0 goes first. */
  readonly rank: number;
  isGone(): boolean;
  /** A place that came now, in milliseconds since the epoch, would be of no use. */
  isLate(now: number): boolean;
  admit(): void;
  refuse(): void;
}

/** Keeps calls in line: by rank, then by arrival. */
export class WaitingRoom {
  readonly #lines: readonly Set<Waiting>[];
  readonly #seats: number;
  #size = 0;

  constructor(ranks: number, seats: number) {
    this.#lines = Array.from({ length: ranks }, () => new Set<Waiting>());
    this.#seats = seats;
  }

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= this.#seats;
  }

  /** How many would go before a call of this rank that came now. */
  ahead(rank: number): number {
    let ahead = 0;
    for (let line = 0; line <= rank; line++) ahead += this.#lines[line]?.size ?? 0;
    return ahead;
  }

  join(waiting: Waiting): void {
    this.#lines[waiting.rank]?.add(waiting);
    this.#size += 1;
  }

  /** Takes out the first that may go, of those for whom it is not too late; `may` says which ranks. */
  next(may: (rank: number) => boolean, now: number): Waiting | undefined {
    for (const [rank, line] of this.#lines.entries()) {
      if (line.size > 0 && !may(rank)) return undefined;
      for (const waiting of line) {
        if (!this.#isSentAway(waiting, now)) {
          this.#leave(waiting);
          return waiting;
        }
      }
    }
    return undefined;
  }

  /** Sends away whoever waited long enough, and forgets those who left. */
  sweep(now: number): void {
    for (const line of this.#lines) {
      for (const waiting of line) {
        this.#isSentAway(waiting, now);
      }
    }
  }

  #isSentAway(waiting: Waiting, now: number): boolean {
    const isGone = waiting.isGone();
    if (!isGone && !waiting.isLate(now)) return false;
    this.#leave(waiting);
    if (!isGone) waiting.refuse();
    return true;
  }

  #leave(waiting: Waiting): void {
    this.#lines[waiting.rank]?.delete(waiting);
    this.#size -= 1;
  }
}
