import { Code } from '@connectrpc/connect';
import { runInCall } from '../call.ts';
import { CORRELATION_HEADER, correlationId } from '../correlation.ts';
import type { Interceptor, Outgoing } from '../interceptor.ts';
import { isStream } from '../observe.ts';
import { LONGEST_TIMER_MS, type ServedCall } from '../served-call.ts';

/**
 * Gives a call its correlation id and its deadline (the caller's, else the contract's), makes both known to everything it does, and ends it when time is up or the
 * caller is gone.
 */
export const requestContext: Interceptor = (rpc) => (next) => async (call, request) => {
  const served = call as ServedCall;
  served.correlationId = correlationId(call.headers.get(CORRELATION_HEADER));
  if (served.deadline === undefined && rpc.policy.timeoutMs > 0) served.deadline = Date.now() + rpc.policy.timeoutMs;
  const timer = limit(served);
  let streaming = false;
  try {
    const answer = await served.race(runInCall(call, () => next(call, request)));
    if (!isStream(answer)) return answer;
    streaming = true;
    return inCall(served, answer, () => clearTimeout(timer));
  } finally {
    if (!streaming) clearTimeout(timer);
  }
};

function limit(call: ServedCall): NodeJS.Timeout | undefined {
  if (call.deadline === undefined) return undefined;
  const expire = () => call.cancel('the deadline passed', Code.DeadlineExceeded);
  const left = call.deadline - Date.now();
  if (left <= 0) expire();
  return setTimeout(expire, Math.min(Math.max(left, 0), LONGEST_TIMER_MS));
}

/** Keeps a stream's work inside its call: whoever asks for the next message, the code that makes it sees the call, and it stops with the call. */
function inCall(call: ServedCall, answer: Exclude<Outgoing, { $typeName: string }>, ended: () => void): Outgoing {
  return {
    [Symbol.asyncIterator]() {
      const messages = answer[Symbol.asyncIterator]();
      const finish = async () => {
        ended();
        return runInCall(call, async () => (await messages.return?.()) ?? { done: true as const, value: undefined });
      };
      // A caller that is gone asks for nothing more, so nobody else would end the work.
      call.signal.addEventListener('abort', () => void finish().catch(() => undefined));
      return {
        async next() {
          try {
            const message = await call.race(runInCall(call, () => messages.next()));
            if (message.done) ended();
            return message;
          } catch (error) {
            ended();
            throw error;
          }
        },
        return: finish,
      };
    },
  };
}
