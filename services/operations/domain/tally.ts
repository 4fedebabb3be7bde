/** How often something happened and how long it took, in buckets: what a histogram says, made to be compared, added and asked. */

export interface Tally {
  /** Upper bounds of the buckets, in seconds, growing. */
  bounds: readonly number[];
  /** How many took at most each bound; at last, how many there were. */
  counts: readonly number[];
}

export const nothing: Tally = { bounds: [], counts: [] };

export function total({ counts }: Tally): number {
  return counts.at(-1) ?? 0;
}

/** What came since `before`. A count that shrank began anew: then everything came since. */
export function since(before: Tally | undefined, after: Tally): Tally {
  const previous = before?.counts ?? [];
  const isAnew =
    previous.length !== after.counts.length || after.counts.some((count, at) => count < (previous[at] ?? 0));
  if (isAnew) return after;
  return { bounds: after.bounds, counts: after.counts.map((count, at) => count - (previous[at] ?? 0)) };
}

/** Both together. Where they have other bounds, as two versions may, the later one stands. */
export function together(one: Tally, other: Tally): Tally {
  if (one.counts.length !== other.counts.length) return total(other) === 0 ? one : other;
  return { bounds: other.bounds, counts: other.counts.map((count, at) => count + (one.counts[at] ?? 0)) };
}

/** The time that a share of them stayed under, in milliseconds: evenly spread within a bucket, and the last bound where it is beyond. 0 when there were none. */
export function quantileMs(tally: Tally, share: number): number {
  const rank = total(tally) * share;
  if (rank === 0) return 0;
  const at = tally.bounds.findIndex((_, index) => (tally.counts[index] ?? 0) >= rank);
  if (at === -1) return (tally.bounds.at(-1) ?? 0) * 1000;
  const [low, below] = at === 0 ? [0, 0] : [tally.bounds[at - 1] ?? 0, tally.counts[at - 1] ?? 0];
  const within = (tally.counts[at] ?? 0) - below;
  return (low + ((tally.bounds[at] ?? 0) - low) * ((rank - below) / within)) * 1000;
}
