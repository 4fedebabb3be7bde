import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import type { Atomically } from './changes.ts';

export interface RevokeSessionsDeps {
  atomically: Atomically;
  clock: Clock;
}

/** Ends one session of a user. */
export function revokeSession({ atomically, clock }: RevokeSessionsDeps) {
  return (userId: string, only: string): Promise<void> =>
    atomically(async ({ sessions, events }) => {
      const now = clock.now();
      const revoked = await sessions.revokeOf({ userId, only }, now);
      if (revoked === 0) throw new DomainError('SESSION_NOT_FOUND');
      await events.record({ kind: 'SESSIONS_REVOKED', userId, actorId: userId, detail: '1' }, now);
    });
}

/** Ends all sessions of a user, save the one that asks if it is theirs; says how many. */
export function revokeSessions({ atomically, clock }: RevokeSessionsDeps) {
  return (userId: string, by: { id: string; sessionId?: string | undefined }): Promise<number> =>
    atomically(async ({ sessions, events }) => {
      const now = clock.now();
      const except = by.id === userId ? by.sessionId : undefined;
      const revoked = await sessions.revokeOf({ userId, except }, now);
      await events.record({ kind: 'SESSIONS_REVOKED', userId, actorId: by.id, detail: String(revoked) }, now);
      return revoked;
    });
}
