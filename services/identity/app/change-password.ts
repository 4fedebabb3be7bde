import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import type { Atomically } from './changes.ts';
import type { Credentials } from './check-credentials.ts';
import { mailOf } from './mail-of.ts';
import type { Account, PasswordHasher, UserStore } from './ports.ts';

export interface ChangePasswordDeps {
  users: Pick<UserStore, 'find'>;
  check(credentials: Credentials): Promise<Account>;
  passwords: Pick<PasswordHasher, 'hash'>;
  atomically: Atomically;
  clock: Clock;
}

/** Sets a new password for whoever knows the present one, and signs them out everywhere else. */
export function changePassword(deps: ChangePasswordDeps) {
  return async (
    by: { id: string; sessionId?: string | undefined },
    input: { password: string; newPassword: string; address: string | undefined },
  ): Promise<void> => {
    const [user] = await deps.users.find([by.id]);
    if (!user) throw new DomainError('INVALID_CREDENTIALS');
    const { id, email } = user;
    await deps.check({ email, password: input.password, address: input.address });
    const now = deps.clock.now();
    const passwordHash = await deps.passwords.hash(input.newPassword);
    await deps.atomically(async ({ users, mails, events }) => {
      const isSet = await users.setPassword({ id, passwordHash, except: by.sessionId, endKeys: false, now });
      if (!isSet) throw new DomainError('INVALID_CREDENTIALS');
      await mails.put(mailOf('PASSWORD_CHANGED', { userId: id, email }, now));
      await events.record({ kind: 'PASSWORD_CHANGED', userId: id, actorId: id, source: input.address }, now);
    });
  };
}
