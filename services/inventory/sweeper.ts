import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '#chassis/log.ts';

const BATCH = 100;

/** Repeats a piece of housekeeping until stopped, at once while there is a full batch of it. A failure is logged and tried again. */
export function startSweeper(
  sweep: (limit: number) => Promise<number>,
  options: { everyMs: number; log: Logger; what: string },
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const work = async () => {
    while (!stopping.signal.aborted) {
      const count = await sweep(BATCH).catch((error: unknown) => {
        options.log.error({ err: error }, `${options.what} failed`);
        return 0;
      });
      if (count < BATCH) await pause(options.everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const done = work();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
