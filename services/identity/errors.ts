import { Code } from '@connectrpc/connect';
import type { ErrorRule } from '#chassis/domain-error.ts';
import type { IdentityErrorReason } from '#gen/tradewind/identity/v1/identity_error_pb.ts';

type Reason = Exclude<keyof typeof IdentityErrorReason, 'UNSPECIFIED'>;

/** How each reason of identity is told to callers. */
export const identityErrors = {
  domain: 'identity.tradewind',
  rules: {
    USER_NOT_FOUND: { code: Code.NotFound, message: 'there is no such user' },
    EMAIL_TAKEN: { code: Code.AlreadyExists, message: 'an account with this address exists' },
    INVALID_CREDENTIALS: { code: Code.Unauthenticated, message: 'address or password is wrong' },
    TOO_MANY_ATTEMPTS: {
      code: Code.ResourceExhausted,
      message: 'too many attempts; try again in {retry_after_seconds} seconds',
    },
    INVALID_REFRESH_TOKEN: { code: Code.Unauthenticated, message: 'sign in again' },
    REFRESH_TOKEN_REUSED: {
      code: Code.Unauthenticated,
      message: 'this token was used before; for safety the session was ended, sign in again',
    },
    REQUEST_ID_REUSED: { code: Code.AlreadyExists, message: 'this request_id was used for another request' },
    USER_ERASED: { code: Code.FailedPrecondition, message: 'the account was erased' },
  } satisfies Record<Reason, ErrorRule>,
};
