import { createHash } from 'node:crypto';
import type { Message } from '@bufbuild/protobuf';
import type { Call } from '../call.ts';
import type { Interceptor, Next, Outgoing } from '../interceptor.ts';
import { requestHash } from '../request-hash.ts';

/**
 * Lets calls with the same `request_id`, caller and body that arrive at the same time share one answer, so that an impatient client does not make the store
 * race with itself. What was answered before is the store's to know: it keeps the request_id with the row.
 */
export const idempotency: Interceptor = (rpc) => {
  const identified =
    rpc.method.methodKind === 'unary' && rpc.method.input.fields.some((field) => field.name === 'request_id');
  if (!identified) return (next) => next;
  const running = new Map<string, { answer: Promise<Outgoing>; call: Call }>();
  return (next) => {
    const share: Next = (call, request) => {
      const { requestId } = request as Message & { requestId: string };
      const who = call.caller.user?.id ?? call.caller.service;
      const key = createHash('sha256')
        .update(`${who} ${requestId} `)
        .update(requestHash(rpc.method.input, request as Message))
        .digest('base64');
      const first = running.get(key);
      if (first && !first.call.signal.aborted) {
        return Promise.race([first.answer, departure(first.call)]).catch((failure) => {
          // The first caller lost patience; whether or not its work stops with it, this one still wants an answer.
          if (first.call.signal.aborted && !call.signal.aborted) return share(call, request);
          throw failure;
        });
      }
      const own = { call, answer: next(call, request) };
      running.set(key, own);
      const forget = () => {
        if (running.get(key) === own) running.delete(key);
      };
      own.answer.then(forget, forget);
      return own.answer;
    };
    return share;
  };
};

/** Rejects when a call is given up. */
function departure({ signal }: Call): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}
