import { Code } from '@connectrpc/connect';
import { openers } from '#chassis/testing/pact/examples.ts';
import { AccountService } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const accounts = forwardLaws('identity', import.meta.url);
const { requestPasswordReset, resetPassword, changePassword, requestEmailChange, confirmEmailChange } =
  AccountService.method;
const role = 'SHOPPER';
const given = 'a registered user';
const password = 'correct horse';
const newPassword = 'another correct horse';

accounts.answers(requestPasswordReset, 'somebody asks for a new password', {
  given,
  request: { email: 'ada@example.org' },
  answer: {},
});
accounts.answers(resetPassword, 'a mailed link sets a new password', {
  given: 'a user who was mailed a link',
  request: { token: openers.linkToken, newPassword },
  answer: {},
});
accounts.refuses(resetPassword, 'a link nobody was mailed is refused', {
  given,
  request: { token: 'a-link-that-nobody-was-mailed', newPassword },
  refusal: { code: Code.FailedPrecondition, reason: 'INVALID_LINK', domain: 'identity.tradewind' },
});
accounts.answers(changePassword, 'a user takes another password', {
  given,
  role,
  request: { password, newPassword },
  answer: {},
});
accounts.answers(requestEmailChange, 'a user asks for another address', {
  given,
  role,
  request: { password, newEmail: 'ada@example.com' },
  answer: {},
});
accounts.answers(confirmEmailChange, 'a mailed link gives an account its new address', {
  given: 'a user who was mailed a link for another address',
  request: { token: openers.linkToken },
  answer: {},
});

accounts.settled();
