import { Code, ConnectError } from '@connectrpc/connect';
import { MESH_DOMAIN } from '#chassis/rpc/access-error.ts';
import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';

/** The refusal of one call too many, which says when there will be room for it. */
export function comeBackLater(
  words: string,
  reason: string,
  retryAfterMs: number,
  metadata: Record<string, string>,
): ConnectError {
  const ms = Math.ceil(retryAfterMs);
  const retryDelay = { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1_000_000 };
  // Whoever is flooded has no time to note where it said so.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new ConnectError(`${words}: come back later`, Code.ResourceExhausted, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: MESH_DOMAIN, metadata } },
    { desc: RetryInfoSchema, value: { retryDelay } },
  ]);
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}
