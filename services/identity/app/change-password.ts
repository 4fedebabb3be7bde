import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import type { User } from '../domain/user.ts';
import type { Credentials } from './check-credentials.ts';
import { mailOf } from './mail-of.ts';
import type { PasswordHasher, SecurityLog, UserStore } from './ports.ts';

export interface ChangePasswordDeps {
  users: Pick<UserStore, 'find' | 'setPassword'>;
  check(credentials: Credentials): Promise<User>;
  passwords: Pick<PasswordHasher, 'hash'>;
  events: Pick<SecurityLog, 'record'>;
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
    const { id, email } = await deps.check({ email: user.email, password: input.password, address: input.address });
    const now = deps.clock.now();
    await deps.users.setPassword({
      id,
      passwordHash: await deps.passwords.hash(input.newPassword),
      except: by.sessionId,
      endKeys: false,
      mail: mailOf('PASSWORD_CHANGED', { userId: id, email }, now),
      now,
    });
    await deps.events.record({ kind: 'PASSWORD_CHANGED', userId: id, actorId: id, source: input.address }, now);
  };
}
