import type { Clock } from '#chassis/clock.ts';
import { newId } from '#chassis/ids.ts';
import type { User } from '../domain/user.ts';
import { bearerHash } from './bearer-hash.ts';
import type { Credentials } from './check-credentials.ts';
import { firstPartyGrant } from './first-party.ts';
import type { SessionStore, TokenIssuer } from './ports.ts';
import { daysAfter, newRefreshToken, type TokenPair } from './token-pair.ts';

export interface LogInDeps {
  check(credentials: Credentials): Promise<User>;
  sessions: SessionStore;
  tokens: TokenIssuer;
  clock: Clock;
  refreshDays: number;
}

/** Opens a session for whoever shows the right credentials. */
export function logIn(deps: LogInDeps) {
  return async (credentials: Credentials): Promise<{ user: User; tokens: TokenPair }> => {
    const user = await deps.check(credentials);
    return { user, tokens: await openSession(deps, user, deps.clock.now()) };
  };
}

async function openSession(deps: LogInDeps, user: User, now: Date): Promise<TokenPair> {
  const id = newId();
  const refreshToken = newRefreshToken();
  const refreshExpireTime = daysAfter(now, deps.refreshDays);
  const tokenHash = bearerHash(refreshToken);
  const [access] = await Promise.all([
    deps.tokens.issue(firstPartyGrant(user, id), now),
    deps.sessions.open({ id, userId: user.id, tokenHash, now, expireTime: refreshExpireTime }),
  ]);
  return { access, refreshToken, refreshExpireTime };
}
