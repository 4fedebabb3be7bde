import { setTimeout as pause } from 'node:timers/promises';

/** What the answer to one call takes: time on the processor, then time on one of the places of a pool, in milliseconds. */
export interface Work {
  computeMs: number;
  places: number;
  holdMs: number;
}

/** Does such work for many callers; who finds no place waits for one, in line, as a statement waits for a connection. */
export function worker({ computeMs, places, holdMs }: Work): () => Promise<void> {
  let free = places;
  const line: (() => void)[] = [];
  return async () => {
    const until = performance.now() + computeMs;
    while (performance.now() < until);
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => line.push(resolve));
    await pause(holdMs);
    const next = line.shift();
    if (next) next();
    else free += 1;
  };
}
