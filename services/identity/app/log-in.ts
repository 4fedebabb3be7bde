import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import type { User } from '../domain/user.ts';
import { bearerHash } from './bearer-hash.ts';
import type { Credentials } from './check-credentials.ts';
import { firstPartyGrant } from './first-party.ts';
import { networkOf } from './network.ts';
import type { Device, SecurityLog, SessionStore, TokenIssuer } from './ports.ts';
import { daysAfter, newRefreshToken, type TokenPair } from './token-pair.ts';

export interface LogInDeps {
  check(credentials: Credentials): Promise<User>;
  sessions: Pick<SessionStore, 'open' | 'isNewDevice'>;
  events: Pick<SecurityLog, 'record'>;
  tokens: TokenIssuer;
  clock: Clock;
  refreshDays: number;
}

/** Opens a session for whoever shows the right credentials. */
export function logIn(deps: LogInDeps) {
  return async (credentials: Credentials & Pick<Device, 'userAgent'>): Promise<{ user: User; tokens: TokenPair }> => {
    const user = await deps.check(credentials);
    const now = deps.clock.now();
    const { address: source, userAgent } = credentials;
    const isNew = await deps.sessions.isNewDevice(user.id, userAgent);
    const tokens = await openSession(deps, user, { userAgent, network: networkOf(source) }, now);
    if (isNew) await deps.events.record({ kind: 'NEW_DEVICE', userId: user.id, source, detail: userAgent }, now);
    return { user, tokens };
  };
}

async function openSession(deps: LogInDeps, user: User, device: Device, now: Date): Promise<TokenPair> {
  const id = newId();
  const refreshToken = newRefreshToken();
  const refreshExpireTime = daysAfter(now, deps.refreshDays);
  const tokenHash = bearerHash(refreshToken);
  const [access, isOpen] = await Promise.all([
    deps.tokens.issue(firstPartyGrant(user, id), now),
    deps.sessions.open({ id, userId: user.id, tokenHash, now, expireTime: refreshExpireTime, ...device }),
  ]);
  if (!isOpen) throw new DomainError('USER_BLOCKED');
  return { access, refreshToken, refreshExpireTime };
}
