import { Code } from '@connectrpc/connect';
import type { ErrorTable } from '#chassis/domain-error.ts';

/** Every reason notifications refuses for, and how it is told. */
export const notificationsErrors: ErrorTable = {
  domain: 'notifications.tradewind',
  rules: {
    NOTIFICATION_NOT_FOUND: { code: Code.NotFound, message: 'there is no such notification' },
    KIND_NOT_MUTABLE: { code: Code.FailedPrecondition, message: '{kind} is always sent' },
    MAIL_REFUSED: { code: Code.FailedPrecondition, message: 'the mail server does not take this mail' },
    INVALID_PAGE_TOKEN: { code: Code.InvalidArgument, message: 'the page token is not one of this list' },
  },
};
