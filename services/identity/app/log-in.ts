import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { type LoginLimit, waitSeconds } from '../domain/login-limit.ts';
import { normalEmail, type User } from '../domain/user.ts';
import type { LoginAttempts, PasswordHasher, SessionStore, TokenIssuer, UserStore } from './ports.ts';
import { daysAfter, newRefreshToken, refreshTokenHash, type TokenPair } from './token-pair.ts';

export interface LogInDeps {
  users: UserStore;
  sessions: SessionStore;
  attempts: LoginAttempts;
  passwords: PasswordHasher;
  tokens: TokenIssuer;
  clock: Clock;
  limit: LoginLimit;
  refreshDays: number;
}

/** Opens a session. Does the same work, and says the same, whether the account is unknown or the password wrong. */
export function logIn(deps: LogInDeps) {
  return async (input: {
    email: string;
    password: string;
    address: string | undefined;
  }): Promise<{ user: User; tokens: TokenPair }> => {
    const now = deps.clock.now();
    const email = normalEmail(input.email);
    const counted = await deps.attempts.count(email, input.address, now, deps.limit.windowSeconds);
    const wait = waitSeconds(counted, deps.limit, now);
    if (wait > 0) throw new DomainError('TOO_MANY_ATTEMPTS', { retry_after_seconds: String(wait) });

    const account = await deps.users.findAccount(email);
    const isRight = await deps.passwords.verify(account?.passwordHash, input.password);
    if (!account || !isRight) throw new DomainError('INVALID_CREDENTIALS');

    await deps.attempts.forgive(email, input.address);
    return { user: account.user, tokens: await openSession(deps, account.user, now) };
  };
}

async function openSession(deps: LogInDeps, user: User, now: Date): Promise<TokenPair> {
  const id = newId();
  const refreshToken = newRefreshToken();
  const refreshExpireTime = daysAfter(now, deps.refreshDays);
  const tokenHash = refreshTokenHash(refreshToken);
  const [access] = await Promise.all([
    deps.tokens.issue(user, id, now),
    deps.sessions.open({ id, userId: user.id, tokenHash, now, expireTime: refreshExpireTime }),
  ]);
  return { access, refreshToken, refreshExpireTime };
}
