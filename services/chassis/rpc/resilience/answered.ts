import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';

/**
 * Whether a failed call was answered by the service all the same. A refusal is an answer: whoever says why is well. No answer is what came
 * too late, from a connection that broke, or from something that could not say what was wrong.
 */
export function isAnswer(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return false;
  switch (error.code) {
    case Code.DeadlineExceeded:
      return false;
    case Code.Unavailable:
    case Code.Internal:
    case Code.Unknown:
      return error.findDetails(ErrorInfoSchema).length > 0;
    default:
      return true;
  }
}
