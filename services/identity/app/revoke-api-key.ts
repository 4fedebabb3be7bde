import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import type { ApiKeyStore, SecurityLog } from './ports.ts';

/** Ends a key of a user. */
export function revokeApiKey(deps: {
  keys: Pick<ApiKeyStore, 'revoke'>;
  events: Pick<SecurityLog, 'record'>;
  clock: Clock;
}) {
  return async (userId: string, id: string): Promise<void> => {
    const now = deps.clock.now();
    if (!(await deps.keys.revoke(userId, id, now))) throw new DomainError('API_KEY_NOT_FOUND');
    await deps.events.record({ kind: 'API_KEY_REVOKED', userId, actorId: userId, detail: id }, now);
  };
}
