import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { bearerHash } from './bearer-hash.ts';
import type { AccessToken, ApiKeyStore, TokenIssuer } from './ports.ts';

/** Trades a key for a token like any other, so that no service has to know of keys, and what ends a session ends a key. */
export function exchangeApiKey(deps: { keys: Pick<ApiKeyStore, 'use'>; tokens: TokenIssuer; clock: Clock }) {
  return async (secret: string): Promise<AccessToken> => {
    const now = deps.clock.now();
    const good = await deps.keys.use(bearerHash(secret), now);
    if (!good) throw new DomainError('INVALID_API_KEY');
    const { id, scopes, user } = good;
    const grant = { id: newId(), subject: user.id, clientId: `key:${id}`, scope: scopes.join(' ') };
    return deps.tokens.issue({ ...grant, roles: user.roles, sessionId: id }, now);
  };
}
