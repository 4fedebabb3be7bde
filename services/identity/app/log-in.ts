import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import type { User } from '../domain/user.ts';
import { bearerHash } from './bearer-hash.ts';
import type { Atomically } from './changes.ts';
import type { Credentials } from './check-credentials.ts';
import { firstPartyGrant } from './first-party.ts';
import { networkOf } from './network.ts';
import type { Account, Device, SessionStore, TokenIssuer } from './ports.ts';
import { daysAfter, newRefreshToken, type TokenPair } from './token-pair.ts';

export interface LogInDeps {
  check(credentials: Credentials): Promise<Account>;
  sessions: Pick<SessionStore, 'isNewDevice'>;
  atomically: Atomically;
  tokens: TokenIssuer;
  clock: Clock;
  refreshDays: number;
}

/** Opens a session for whoever shows the right credentials. */
export function logIn({ check, sessions, atomically, tokens, clock, refreshDays }: LogInDeps) {
  return async (credentials: Credentials & Pick<Device, 'userAgent'>): Promise<{ user: User; tokens: TokenPair }> => {
    const { user, passwordHash } = await check(credentials);
    const now = clock.now();
    const { address: source, userAgent } = credentials;
    const isNew = await sessions.isNewDevice(user.id, userAgent);
    const id = newId();
    const refreshToken = newRefreshToken();
    const refreshExpireTime = daysAfter(now, refreshDays);
    const session = { id, userId: user.id, tokenHash: bearerHash(refreshToken), now, expireTime: refreshExpireTime };
    await atomically(async (changes) => {
      const isOpen = await changes.sessions.open({ ...session, passwordHash, userAgent, network: networkOf(source) });
      if (!isOpen) throw new DomainError('INVALID_CREDENTIALS');
      if (isNew) await changes.events.record({ kind: 'NEW_DEVICE', userId: user.id, source, detail: userAgent }, now);
    });
    const access = await tokens.issue(firstPartyGrant(user, id), now);
    return { user, tokens: { access, refreshToken, refreshExpireTime } };
  };
}
