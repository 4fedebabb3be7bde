import type { Clock } from '#chassis/clock.ts';
import { newId } from '#chassis/ids.ts';
import { newUser, normalEmail } from '../domain/user.ts';
import type { PasswordHasher, UserStore } from './ports.ts';
import { fingerprintOf } from './register.ts';

/** Makes the first operator, without whom nobody could import a product or look at a saga. An account that exists stays as it is. */
export function bootstrapOperator(deps: { users: UserStore; passwords: PasswordHasher; clock: Clock }) {
  return async (email: string, password: string): Promise<void> => {
    if (await deps.users.findAccount(normalEmail(email))) return;
    const displayName = 'Operator';
    const user = newUser({
      id: newId(),
      email,
      displayName,
      roles: ['OPERATOR', 'MERCHANT'],
      createTime: deps.clock.now(),
    });
    const passwordHash = await deps.passwords.hash(password);
    // Several replicas may start at once: the address is unique, so one of them wins.
    const fingerprint = fingerprintOf({ email, displayName });
    await deps.users.register({ user, passwordHash, requestId: undefined, fingerprint });
  };
}
