import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { bearerHash } from './bearer-hash.ts';
import type { Atomically } from './changes.ts';
import { firstPartyGrant } from './first-party.ts';
import type { SessionStore, TokenIssuer } from './ports.ts';
import { daysAfter, newRefreshToken, type TokenPair } from './token-pair.ts';

/**
 * Trades a refresh token for the next pair. A token that comes twice was copied by somebody: nobody can tell which of the two is the thief,
 * so the whole family ends (RFC 9700, 4.14.2).
 */
export function refreshToken(deps: {
  sessions: Pick<SessionStore, 'rotate'>;
  atomically: Atomically;
  tokens: TokenIssuer;
  clock: Clock;
  refreshDays: number;
}) {
  return async (presented: string): Promise<TokenPair> => {
    const now = deps.clock.now();
    const next = newRefreshToken();
    const expireTime = daysAfter(now, deps.refreshDays);
    const tokenHash = bearerHash(presented);
    const rotated = await deps.sessions.rotate({ tokenHash, nextHash: bearerHash(next), now, expireTime });
    if (!rotated) {
      const isReused = await deps.atomically(async ({ sessions, events }) => {
        const userId = await sessions.revokeReused(tokenHash, now);
        if (userId !== undefined) await events.record({ kind: 'REFRESH_TOKEN_REUSED', userId }, now);
        return userId !== undefined;
      });
      throw new DomainError(isReused ? 'REFRESH_TOKEN_REUSED' : 'INVALID_REFRESH_TOKEN');
    }
    const access = await deps.tokens.issue(firstPartyGrant(rotated.user, rotated.sessionId), now);
    return { access, refreshToken: next, refreshExpireTime: expireTime };
  };
}
