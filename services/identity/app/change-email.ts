import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { movedTo, normalEmail } from '../domain/user.ts';
import { bearerHash } from './bearer-hash.ts';
import type { Atomically } from './changes.ts';
import type { Credentials } from './check-credentials.ts';
import { mailOf } from './mail-of.ts';
import type { Account, AccountMails, UserStore } from './ports.ts';

/** Has a link mailed to the address that an account is to get. It stays as it is until somebody who reads that mailbox says so. */
export function requestEmailChange(deps: {
  users: Pick<UserStore, 'find'>;
  check(credentials: Credentials): Promise<Account>;
  mails: Pick<AccountMails, 'put'>;
  clock: Clock;
}) {
  return async (
    userId: string,
    input: { password: string; newEmail: string; address: string | undefined },
  ): Promise<void> => {
    const [user] = await deps.users.find([userId]);
    if (!user) throw new DomainError('INVALID_CREDENTIALS');
    await deps.check({ email: user.email, password: input.password, address: input.address });
    const email = normalEmail(input.newEmail);
    await deps.mails.put(mailOf('EMAIL_CONFIRMATION', { userId, email }, deps.clock.now()));
  };
}

/** Gives an account its new address, and tells the old one. */
export function confirmEmailChange({ atomically, clock }: { atomically: Atomically; clock: Clock }) {
  return async (input: { token: string; address: string | undefined }): Promise<void> => {
    const now = clock.now();
    await atomically(async ({ users, mails, events }) => {
      const link = await mails.useLink(bearerHash(input.token), 'EMAIL_CHANGE', now);
      if (!link?.email) throw new DomainError('INVALID_LINK');
      const { userId, email } = link;
      let old = '';
      const user = await users.update(userId, (current) => {
        if (current.state === 'ERASED') throw new DomainError('INVALID_LINK');
        old = current.email;
        return movedTo(current, email);
      });
      if (!user) throw new DomainError('INVALID_LINK');
      await mails.put(mailOf('EMAIL_CHANGED', { userId, email: old }, now));
      await events.record({ kind: 'EMAIL_CHANGED', userId, source: input.address }, now);
    });
  };
}
