import { runInCall, type Work } from '../rpc/call.ts';

/** Runs what serves no call, hence has no caller who would give up: when its time is up its statements and calls end, and it has failed, even if it does not listen. */
export async function withinLimit<T>(
  limitMs: number,
  { caller, correlationId }: Pick<Work, 'caller' | 'correlationId'>,
  run: () => Promise<T>,
): Promise<T> {
  const overtime = new AbortController();
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const reason = new TimeIsUp(limitMs);
    overtime.abort(reason);
    reject(reason);
  }, limitMs);
  const work: Work = {
    headers: { get: () => undefined },
    signal: overtime.signal,
    deadline: Date.now() + limitMs,
    caller,
    correlationId,
    get responseHeaders() {
      return new Map();
    },
  };
  try {
    return await Promise.race([runInCall(work, run), expired]);
  } finally {
    clearTimeout(timer);
  }
}

export class TimeIsUp extends Error {
  constructor(limitMs: number) {
    super(`It took longer than ${limitMs} ms`);
    this.name = 'TimeIsUp';
  }
}
