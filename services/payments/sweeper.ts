import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '#chassis/log.ts';

/** Sweeps again and again until stopped; a sweep that fails is logged and the next one tries again. Stopping waits for the sweep under way. */
export function startSweeper(sweep: () => Promise<number>, intervalMs: number, log: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      await sweep().catch((error: unknown) => log.error({ err: error }, 'a sweep for payments in doubt failed'));
      await pause(intervalMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const done = run();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
