import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { bearerHash } from './bearer-hash.ts';
import type { Atomically } from './changes.ts';
import { mailOf } from './mail-of.ts';
import type { PasswordHasher } from './ports.ts';

export interface ResetPasswordDeps {
  atomically: Atomically;
  passwords: Pick<PasswordHasher, 'hash'>;
  clock: Clock;
}

/** Sets a new password by a mailed link. Somebody else may have had the account: whatever was open ends. */
export function resetPassword({ atomically, passwords, clock }: ResetPasswordDeps) {
  return async (input: { token: string; newPassword: string; address: string | undefined }): Promise<void> => {
    const now = clock.now();
    const passwordHash = await passwords.hash(input.newPassword);
    await atomically(async ({ users, mails, attempts, events }) => {
      const link = await mails.useLink(bearerHash(input.token), 'PASSWORD_RESET', now);
      const user = link && (await users.setPassword({ id: link.userId, passwordHash, endKeys: true, now }));
      if (!user) throw new DomainError('INVALID_LINK');
      const { id, email } = user;
      await mails.put(mailOf('PASSWORD_CHANGED', { userId: id, email }, now));
      await attempts.forgive(email, undefined);
      await events.record({ kind: 'PASSWORD_RESET', userId: id, source: input.address }, now);
    });
  };
}
