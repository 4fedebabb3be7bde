import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { isRefusedHere } from './resilience/refusal.ts';

const WITHOUT_ANSWER = new Set([Code.Unavailable, Code.Internal, Code.Unknown]);

/**
 * Whether a failed call ended without a word of the other side though there was time: nobody was there, its circuit was open, or the connection broke. Services of the
 * mesh say with every error what was wrong; such a call is on the books of its caller only. Time that ran out is no matter of this: the other side may have noted it too.
 */
export function isUnreached(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return false;
  return isRefusedHere(error) || (WITHOUT_ANSWER.has(error.code) && error.findDetails(ErrorInfoSchema).length === 0);
}
