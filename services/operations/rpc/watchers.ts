import { DomainError } from '#chassis/domain-error.ts';

/** Counts the streams of one kind that are open, so that forgotten pages do not add up. */
export function watchers(most: number) {
  let open = 0;
  /** Passes a stream on as long as there is room for it. Throws TOO_MANY_WATCHERS. */
  return async function* watched<T>(begin: () => AsyncIterable<T>): AsyncIterable<T> {
    if (open >= most) throw new DomainError('TOO_MANY_WATCHERS', { most: String(most) });
    open += 1;
    try {
      yield* begin();
    } finally {
      open -= 1;
    }
  };
}
