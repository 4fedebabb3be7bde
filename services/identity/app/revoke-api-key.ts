import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import type { Atomically } from './changes.ts';

/** Ends a key of a user. */
export function revokeApiKey({ atomically, clock }: { atomically: Atomically; clock: Clock }) {
  return (userId: string, id: string): Promise<void> =>
    atomically(async ({ keys, events }) => {
      const now = clock.now();
      if (!(await keys.revoke(userId, id, now))) throw new DomainError('API_KEY_NOT_FOUND');
      await events.record({ kind: 'API_KEY_REVOKED', userId, actorId: userId, detail: id }, now);
    });
}
