import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { type LoginLimit, waitSeconds } from '../domain/login-limit.ts';
import { normalEmail, type User } from '../domain/user.ts';
import type { LoginAttempts, PasswordHasher, UserStore } from './ports.ts';

export interface Credentials {
  email: string;
  password: string;
  /** Where the try comes from; undefined when nobody knows. */
  address: string | undefined;
}

export interface CheckCredentialsDeps {
  users: UserStore;
  attempts: LoginAttempts;
  passwords: PasswordHasher;
  clock: Clock;
  limit: LoginLimit;
}

/** Finds out who signs in. Does the same work, and says the same, whether the account is unknown or the password wrong. */
export function checkCredentials(deps: CheckCredentialsDeps) {
  return async (input: Credentials): Promise<User> => {
    const now = deps.clock.now();
    const email = normalEmail(input.email);
    const counted = await deps.attempts.count(email, input.address, now, deps.limit.windowSeconds);
    const wait = waitSeconds(counted, deps.limit, now);
    if (wait > 0) throw new DomainError('TOO_MANY_ATTEMPTS', { retry_after_seconds: String(wait) });

    const account = await deps.users.findAccount(email);
    const isRight = await deps.passwords.verify(account?.passwordHash, input.password);
    if (!account || !isRight) throw new DomainError('INVALID_CREDENTIALS');

    await deps.attempts.forgive(email, input.address);
    return account.user;
  };
}
