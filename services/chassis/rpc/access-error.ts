import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';

/** Why a call was turned away before it reached the service. The same in every service, hence not in any service's own error enum. */
const REFUSALS = {
  UNAUTHENTICATED: { code: Code.Unauthenticated, message: 'a valid credential is needed' },
  TOKEN_REVOKED: { code: Code.Unauthenticated, message: 'the session has ended: sign in again' },
  PERMISSION_DENIED: { code: Code.PermissionDenied, message: 'you may not do this' },
  CALLER_NOT_ALLOWED: { code: Code.PermissionDenied, message: 'this caller may not use this method' },
  CREDENTIALS_UNVERIFIABLE: { code: Code.Unavailable, message: 'credentials cannot be checked now' },
} as const;

/** The domain of reasons that belong to the mesh rather than to one service. */
export const MESH_DOMAIN = 'tradewind';

/** Makes the error of a refused call. UNAUTHENTICATED: we do not know who asks. PERMISSION_DENIED: we know, and the answer is no. */
export function refusal(
  reason: keyof typeof REFUSALS,
  metadata: Record<string, string> = {},
  cause?: unknown,
): ConnectError {
  const { code, message } = REFUSALS[reason];
  const info = { desc: ErrorInfoSchema, value: { reason, domain: MESH_DOMAIN, metadata } };
  return new ConnectError(words(message, metadata), code, undefined, [info], cause);
}

/** What a service can act on is also said in words. */
function words(message: string, { caller, rpc, allowed, problem }: Record<string, string>): string {
  if (problem !== undefined) return `${message}: ${problem}`;
  if (allowed !== undefined)
    return `${message}: ${caller} may not call ${rpc}, the contract allows ${allowed || 'nobody'}`;
  return message;
}
