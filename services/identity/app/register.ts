import { createHash } from 'node:crypto';
import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { newUser, normalEmail, type User } from '../domain/user.ts';
import type { PasswordHasher, Registration, UserStore } from './ports.ts';

export interface RegisterInput {
  requestId: string;
  email: string;
  password: string;
  displayName: string;
}

/** Makes an account. A repeated request gets the first answer; the same request_id with anything else in it is refused. */
export function register(deps: { users: UserStore; passwords: PasswordHasher; clock: Clock }) {
  return async (input: RegisterInput): Promise<User> => {
    const { email, displayName, requestId } = input;
    const user = newUser({ id: newId(), email, displayName, roles: ['SHOPPER'], createTime: deps.clock.now() });
    const passwordHash = await deps.passwords.hash(input.password);
    const fingerprint = fingerprintOf(input);
    if (await deps.users.register({ user, passwordHash, requestId, fingerprint })) return user;

    const first = await deps.users.findRegistration(requestId);
    if (!first) throw new DomainError('EMAIL_TAKEN');
    if (!(await isRepeat(first, input, deps.passwords))) throw new DomainError('REQUEST_ID_REUSED');
    // As first answered, whatever became of the account since.
    return { ...user, id: first.user.id, createTime: first.user.createTime };
  };
}

/** Leaves the password out: a fast hash of it would undo what the slow one is for. */
export function fingerprintOf(input: Pick<RegisterInput, 'email' | 'displayName'>): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([normalEmail(input.email), input.displayName]))
    .digest();
}

async function isRepeat(first: Registration, input: RegisterInput, passwords: PasswordHasher): Promise<boolean> {
  if (!first.fingerprint?.equals(fingerprintOf(input))) return false;
  return passwords.verify(first.passwordHash, input.password);
}
