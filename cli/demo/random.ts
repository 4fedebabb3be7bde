/** Chance that is the same at every run with the same seed, so that a surprise can be looked at again. */
export interface Random {
  /** A whole number from 0 to `end`, `end` excluded. */
  below(end: number): number;
  pick<T>(from: readonly T[]): T;
  /** `count` different ones. */
  sample<T>(from: readonly T[], count: number): T[];
  shuffled<T>(items: readonly T[]): T[];
}

/** Mulberry32: a small generator, good enough to choose products with. Different `stream`s of one seed are independent of each other. */
export function seededRandom(seed: number, stream = 0): Random {
  let state = (seed ^ Math.imul(stream + 1, 0x9e3779b1)) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  const shuffled = <T>(items: readonly T[]) => {
    const left = [...items];
    return items.map(() => left.splice(below(left.length), 1)[0] as T);
  };
  return {
    below,
    pick(from) {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new RangeError('there is nothing to pick from');
      return picked;
    },
    sample(from, count) {
      const places = new Set<number>();
      while (places.size < Math.min(count, from.length)) places.add(below(from.length));
      return [...places].flatMap((place) => from.slice(place, place + 1));
    },
    shuffled,
  };
}
