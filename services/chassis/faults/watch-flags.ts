import { watchBucket } from '../events/watch-bucket.ts';
import type { Running } from '../life-cycle.ts';
import type { Logger } from '../log.ts';
import type { Fault } from './fault.ts';
import { openFlags, readFlag } from './flag.ts';
import { FlagBoard } from './flag-board.ts';

/** The flags that are on, kept up to date. */
export interface WatchedFlags extends Running {
  readonly faults: readonly Fault[];
}

/**
 * Watches the flags for as long as the process lives: only processes that allow faults do, and the broker that events go through
 * knows nothing of it. Begins at once and waits for nothing. While the broker is away flags stay as they are, until they end.
 */
export function watchFlags({ url, service, log }: { url: string; service: string; log: Logger }): WatchedFlags {
  const board = new FlagBoard();
  const watch = watchBucket({
    url,
    name: `${service} faults`,
    log,
    open: openFlags,
    anew: () => board.clear(),
    take(entry) {
      const flag = entry.operation === 'PUT' ? readFlag(entry.key, entry.string()) : undefined;
      if (flag) board.put(flag);
      else board.remove(entry.key);
    },
  });
  return {
    get faults() {
      return board.faults;
    },
    async stop() {
      board.clear();
      await watch.stop();
    },
  };
}
