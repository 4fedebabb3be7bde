/** Tells a mesh that went away from orders that went wrong: to go on placing orders with it would take hours and prove nothing. */
import { StoodStill } from './follow.ts';
import { isPassing } from './patience.ts';

/** The fewest orders that are worth a judgement. */
const FEWEST = 5;

export interface Outage {
  /** Notes how the next order ended: with the error it failed for, or with none. */
  note(error: unknown): void;
  /** Whether, of the last orders, half as many as are on their way at a time waited for an answer in vain. */
  isOn(): boolean;
}

export function outage(concurrency: number): Outage {
  const enough = Math.max(FEWEST, concurrency);
  const last: boolean[] = [];
  return {
    note(error) {
      last.push(error instanceof StoodStill || isPassing(error));
      if (last.length > enough) last.shift();
    },
    isOn: () => last.filter(Boolean).length * 2 >= enough,
  };
}
