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
    SESSION_NOT_FOUND: { code: Code.NotFound, message: 'there is no such session' },
    USER_BLOCKED: { code: Code.PermissionDenied, message: 'the account is blocked' },
    INVALID_LINK: { code: Code.FailedPrecondition, message: 'this link was used, or is too old: ask for another' },
    API_KEY_NOT_FOUND: { code: Code.NotFound, message: 'there is no such API key' },
    INVALID_API_KEY: { code: Code.Unauthenticated, message: 'the API key is unknown, expired or revoked' },
    TOO_MANY_API_KEYS: { code: Code.FailedPrecondition, message: 'no more than {most} API keys at once' },
    INVALID_PAGE_TOKEN: { code: Code.InvalidArgument, message: 'the page token is not one of this list' },
    OWN_ACCOUNT: { code: Code.FailedPrecondition, message: 'another operator has to do this' },
    USER_ERASED: { code: Code.FailedPrecondition, message: 'the account was erased' },
  } satisfies Record<Reason, ErrorRule>,
};
