import { setTimeout as pause } from 'node:timers/promises';
import { type CallOptions, Code, ConnectError } from '@connectrpc/connect';
import { reasonOf } from '#chassis/domain-error.ts';
import { pushbackMs } from '#chassis/rpc/pushback.ts';
import { retryDelay } from '#chassis/rpc/retry.ts';

const LONGEST_MS = 60_000;
const STILL_MS = 90_000;
const TRY_MS = 10_000;
const PLAN = { maxAttempts: Number.POSITIVE_INFINITY, baseDelayMs: 50 };
const MAX_PAUSE_MS = 1_000;

/** A service said so itself: try again. */
const BUSY = new Set([Code.Unavailable, Code.DeadlineExceeded, Code.Aborted, Code.ResourceExhausted]);
/** The connection broke before a service could say anything. */
const BROKEN = new Set([...BUSY, Code.Internal, Code.Unknown, Code.Canceled]);

/** Repeats calls of a mesh whose services may be killed meanwhile, and counts how often it had to. */
export interface Patience {
  /** Calls until it succeeds, the refusal is a real one, or patience is over: after a minute unless told otherwise. Repeats must carry the same request_id. */
  call<T>(call: (options: CallOptions) => Promise<T>, tryMs?: number): Promise<T>;
  /** Counts a try that failed for a passing reason and waits a little, or as long as it was told up to a second; throws what is no such thing. */
  bear(error: unknown, tries: number): Promise<void>;
  retries(): number;
  /** How long an order may stand still before it is given up, in milliseconds; a payment that is scheduled counts from then. */
  readonly stillMs: number;
}

export function patience({ longestMs = LONGEST_MS, stillMs = STILL_MS } = {}): Patience {
  let retries = 0;
  const bear = async (error: unknown, tries: number) => {
    if (!isPassing(error)) throw error;
    retries++;
    const told = error instanceof ConnectError ? pushbackMs(error) : undefined;
    await pause(Math.min(MAX_PAUSE_MS, (told ?? 10) + retryDelay(PLAN, tries)));
  };
  return {
    bear,
    stillMs,
    retries: () => retries,
    async call(call, tryMs = TRY_MS) {
      const end = Date.now() + longestMs;
      for (let tries = 1; ; tries++) {
        try {
          return await call({ timeoutMs: tryMs });
        } catch (error) {
          if (Date.now() > end) throw error;
          await bear(error, tries);
        }
      }
    },
  };
}

/** Whether a failure passes by itself, as far as its error tells. Every error of a service carries a reason; one without comes from the way there. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return false;
  const reason = reasonOf(error)?.reason;
  return reason === undefined ? BROKEN.has(error.code) : BUSY.has(error.code) && reason !== 'TOO_MANY_ATTEMPTS';
}
