import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { type LoginLimit, waitSeconds } from '../domain/login-limit.ts';
import { normalEmail } from '../domain/user.ts';
import { mailOf } from './mail-of.ts';
import type { AccountMails, LoginAttempts } from './ports.ts';

/** Has a link mailed by which a new password can be set. Nobody learns here whether there is such an account: what depends on that is in the mailbox. */
export function requestPasswordReset(deps: {
  mails: Pick<AccountMails, 'askForReset'>;
  attempts: Pick<LoginAttempts, 'count'>;
  clock: Clock;
  limit: LoginLimit;
}) {
  return async (input: { email: string; address: string | undefined }): Promise<void> => {
    const now = deps.clock.now();
    const email = normalEmail(input.email);
    const address = input.address && `reset:${input.address}`;
    const counted = await deps.attempts.count(`reset:${email}`, address, now, deps.limit.windowSeconds);
    const byAddress = counted.filter(({ scope }) => scope === 'address');
    const wait = waitSeconds(byAddress, { ...deps.limit, perAddress: deps.limit.perAccount }, now);
    if (wait > 0) throw new DomainError('TOO_MANY_ATTEMPTS', { retry_after_seconds: String(wait) });
    // Nobody's mailbox is flooded by strangers, and nobody is told that it would have been.
    if (waitSeconds(counted, deps.limit, now) > 0) return;
    await deps.mails.askForReset(mailOf('PASSWORD_RESET', { userId: '', email }, now));
  };
}
