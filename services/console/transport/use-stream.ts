import { Code, ConnectError } from '@connectrpc/connect';
import { useEffect, useState } from 'react';
import { isPassing, pauseMs } from './problem.ts';

interface Streamed<T> {
  /** What came last. */
  last: T | undefined;
  /** Why nothing comes for now, or at all. */
  error: unknown;
  /** Whether nothing more will come. */
  isOver: boolean;
}

/** A stream that is back before this was never missed. */
const NOTICED_MS = 1_000;

/**
 * Follows a stream whose first message is the state as it is. A stream that was lost is opened anew, after the pause its end asked for, and at once when its token ended; one
 * that nobody can see is closed, because a browser has few connections, and opened when somebody looks again. `isLast` ends it for good.
 */
export function useStream<T>(
  key: string,
  open: (signal: AbortSignal) => AsyncIterable<T>,
  isLast: (message: T) => boolean,
): Streamed<T> {
  const [state, setState] = useState<Streamed<T> & { key: string }>({
    key,
    last: undefined,
    error: null,
    isOver: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is followed.
  useEffect(() => {
    const left = new AbortController();
    const put = (part: Partial<Streamed<T>>) => {
      if (!left.signal.aborted)
        setState((before) => ({
          ...(before.key === key ? before : { last: undefined, error: null, isOver: false }),
          ...part,
          key,
        }));
    };
    follow(open, isLast, put, left.signal).catch((error: unknown) => put({ error, isOver: true }));
    return () => left.abort();
  }, [key]);
  return state.key === key ? state : { last: undefined, error: null, isOver: false };
}

async function follow<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  isLast: (message: T) => boolean,
  put: (part: Partial<Streamed<T>>) => void,
  left: AbortSignal,
): Promise<void> {
  let isRenewed = false;
  for (let tries = 0; !left.aborted; tries++) {
    await seen(left);
    const closed = new AbortController();
    const close = () => document.hidden && closed.abort();
    document.addEventListener('visibilitychange', close);
    try {
      for await (const message of open(AbortSignal.any([left, closed.signal]))) {
        tries = 0;
        isRenewed = false;
        put({ last: message, error: null });
        if (isLast(message)) return put({ isOver: true });
      }
      throw new ConnectError('the stream ended early', Code.Unavailable);
    } catch (error) {
      if (left.aborted) return;
      if (closed.signal.aborted) continue;
      // Its token ended; there is another by now, unless the session is over.
      if (!isRenewed && ConnectError.from(error).code === Code.Unauthenticated) {
        isRenewed = true;
        continue;
      }
      if (!isPassing(error)) throw error;
      const waitMs = pauseMs(tries, error);
      if (tries > 0 || waitMs > NOTICED_MS) put({ error });
      await pause(waitMs, left);
    } finally {
      document.removeEventListener('visibilitychange', close);
      closed.abort();
    }
  }
}

/** Settles once the page is in sight. */
function seen(left: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      if (document.hidden && !left.aborted) return;
      document.removeEventListener('visibilitychange', done);
      resolve();
    };
    document.addEventListener('visibilitychange', done);
    left.addEventListener('abort', done);
  });
}

function pause(ms: number, left: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    left.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
