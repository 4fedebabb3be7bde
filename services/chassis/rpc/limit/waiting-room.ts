/** A call that waits for a place. */
export interface Waiting {
  /** Where it stands in line: 0 goes first. */
  readonly rank: number;
  /** Milliseconds since the epoch after which waiting is of no use. */
  readonly until: number;
  isGone(): boolean;
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

  /** Takes out the first that may go, of those whose caller still waits; `may` says which ranks. */
  next(may: (rank: number) => boolean): Waiting | undefined {
    for (const [rank, line] of this.#lines.entries()) {
      if (line.size > 0 && !may(rank)) return undefined;
      for (const waiting of line) {
        this.#leave(waiting);
        if (!waiting.isGone()) return waiting;
      }
    }
    return undefined;
  }

  /** Sends away whoever waited long enough, and forgets those who left. */
  sweep(now: number): void {
    for (const line of this.#lines) {
      for (const waiting of line) {
        const isGone = waiting.isGone();
        if (!isGone && waiting.until > now) continue;
        this.#leave(waiting);
        if (!isGone) waiting.refuse();
      }
    }
  }

  #leave(waiting: Waiting): void {
    this.#lines[waiting.rank]?.delete(waiting);
    this.#size -= 1;
  }
}
