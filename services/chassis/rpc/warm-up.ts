import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import type { Dependency } from './health.ts';

/** Longer than a service of the same start takes to answer, and far shorter than anybody waits for one to become ready. */
const BOUND_MS = 3_000;
const AGAIN_MS = 100;

/**
 * Asks, before a service says that it is ready, what its first calls would wait for otherwise, and again until there is an answer: afterwards a connection is open,
 * keys are there. What gives none within the bound is left to those calls, and said in the log: a service that can do part of its work is better than none.
 */
export async function warmUp(
  parts: readonly Pick<Dependency, 'name' | 'check'>[],
  log: Logger,
  boundMs = BOUND_MS,
): Promise<void> {
  const until = performance.now() + boundMs;
  await Promise.all(
    parts.map(async ({ name, check }) => {
      let failure: unknown;
      const succeeds = async () => {
        while (performance.now() < until) {
          try {
            await check();
            return true;
          } catch (error) {
            failure = error;
            await pause(AGAIN_MS);
          }
        }
        return false;
      };
      const bound = new AbortController();
      const late = pause(boundMs, false, { signal: bound.signal }).catch(() => false);
      if (!(await Promise.race([succeeds(), late]))) {
        log.warn({ part: name, err: failure }, `not warm within ${boundMs} ms: the first calls may be slow`);
      }
      bound.abort();
    }),
  );
}
