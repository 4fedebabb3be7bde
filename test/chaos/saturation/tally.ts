import { quantile } from '../../bench/grpc-load.ts';

/** Counts how the calls of one priority ended. */
export class Tally {
  readonly #ms: number[] = [];
  #counted = 0;
  #refused = 0;
  #hinted = 0;
  #late = 0;

  /** `counts` says whether it came while the load was what is measured. */
  answered(ms: number, counts: boolean): void {
    this.#ms.push(ms);
    if (counts) this.#counted += 1;
  }

  refused(withHint: boolean): void {
    this.#refused += 1;
    if (withHint) this.#hinted += 1;
  }

  late(): void {
    this.#late += 1;
  }

  summary(seconds: number) {
    const ascending = this.#ms.toSorted((a, b) => a - b);
    return {
      goodput: this.#counted / seconds,
      answered: ascending.length,
      refused: this.#refused,
      hinted: this.#hinted,
      late: this.#late,
      p50: quantile(ascending, 0.5),
      p99: quantile(ascending, 0.99),
    };
  }
}
