import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { MESH_DOMAIN } from '../access-error.ts';

const PAUSE_MS = 200;

/** Refuses a call for lack of room and says when to come back: after some 200 ms, each caller after another time, so that they do not all return at once. */
export function overloaded(priority: string): ConnectError {
  const pauseMs = Math.round(PAUSE_MS * (0.5 + Math.random()));
  // Whoever has too much to do has no time to note where it said so.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new ConnectError('too much to do: try again shortly', Code.ResourceExhausted, undefined, [
    { desc: ErrorInfoSchema, value: { reason: 'OVERLOADED', domain: MESH_DOMAIN, metadata: { priority } } },
    { desc: RetryInfoSchema, value: { retryDelay: { seconds: 0n, nanos: pauseMs * 1_000_000 } } },
  ]);
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}
