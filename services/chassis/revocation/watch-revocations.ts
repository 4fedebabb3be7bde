import { watchBucket } from '../events/watch-bucket.ts';
import type { Running } from '../life-cycle.ts';
import type { Logger } from '../log.ts';
import { openRevocations, REMEMBERED_MS } from './bucket.ts';

/** What was revoked of late. */
export interface Revocations extends Running {
  /** Whether a session, grant, key or token (`sid`, `jti`) has ended before its time. */
  has(id: string): boolean;
  /** Resolves as soon as all that was revoked before is known here. */
  known(): Promise<void>;
}

/**
 * Knows what was revoked, within moments, for as long as the process lives. While the broker is away what was known stands. `ended` is told of each, more than once
 * when the broker was away.
 */
export function watchRevocations(options: {
  url: string;
  service: string;
  log: Logger;
  ended?: (id: string) => void;
}): Revocations {
  /** Until when each matters; the oldest comes first. */
  const revoked = new Map<string, number>();
  const known = Promise.withResolvers<void>();
  const watch = watchBucket({
    url: options.url,
    name: `${options.service} revocations`,
    log: options.log,
    open: openRevocations,
    take({ key, operation, created }) {
      if (operation !== 'PUT') return;
      revoked.delete(key);
      revoked.set(key, created.getTime() + REMEMBERED_MS);
      forgetOld(revoked);
      options.ended?.(key);
    },
    read: known.resolve,
  });
  return { has: (id) => revoked.has(id), known: () => known.promise, stop: () => watch.stop() };
}

function forgetOld(revoked: Map<string, number>): void {
  const now = Date.now();
  for (const [id, until] of revoked) {
    if (until > now) return;
    revoked.delete(id);
  }
}
