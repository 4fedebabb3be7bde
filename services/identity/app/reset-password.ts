import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { bearerHash } from './bearer-hash.ts';
import { mailOf } from './mail-of.ts';
import type { AccountMails, LoginAttempts, PasswordHasher, SecurityLog, UserStore } from './ports.ts';

export interface ResetPasswordDeps {
  users: Pick<UserStore, 'find' | 'setPassword'>;
  mails: Pick<AccountMails, 'useLink'>;
  attempts: Pick<LoginAttempts, 'forgive'>;
  passwords: Pick<PasswordHasher, 'hash'>;
  events: Pick<SecurityLog, 'record'>;
  clock: Clock;
}

/** Sets a new password by a mailed link. Somebody else may have had the account: whatever was open ends. */
export function resetPassword(deps: ResetPasswordDeps) {
  return async (input: { token: string; newPassword: string; address: string | undefined }): Promise<void> => {
    const now = deps.clock.now();
    const passwordHash = await deps.passwords.hash(input.newPassword);
    const link = await deps.mails.useLink(bearerHash(input.token), 'PASSWORD_RESET', now);
    const [user] = link ? await deps.users.find([link.userId]) : [];
    if (!user) throw new DomainError('INVALID_LINK');
    const { id, email } = user;
    const mail = mailOf('PASSWORD_CHANGED', { userId: id, email }, now);
    const isSet = await deps.users.setPassword({ id, passwordHash, endKeys: true, mail, now });
    if (!isSet) throw new DomainError('INVALID_LINK');
    await deps.attempts.forgive(email, undefined);
    await deps.events.record({ kind: 'PASSWORD_RESET', userId: id, source: input.address }, now);
  };
}
