import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import type { SecurityLog, SessionStore } from './ports.ts';

export interface RevokeSessionsDeps {
  sessions: Pick<SessionStore, 'revokeOf'>;
  events: Pick<SecurityLog, 'record'>;
  clock: Clock;
}

/** Ends one session of a user. */
export function revokeSession({ sessions, events, clock }: RevokeSessionsDeps) {
  return async (userId: string, only: string): Promise<void> => {
    const now = clock.now();
    const revoked = await sessions.revokeOf({ userId, only }, now);
    if (revoked === 0) throw new DomainError('SESSION_NOT_FOUND');
    await events.record({ kind: 'SESSIONS_REVOKED', userId, actorId: userId, detail: '1' }, now);
  };
}

/** Ends all sessions of a user, save the one that asks if it is theirs; says how many. */
export function revokeSessions({ sessions, events, clock }: RevokeSessionsDeps) {
  return async (userId: string, by: { id: string; sessionId?: string | undefined }): Promise<number> => {
    const now = clock.now();
    const except = by.id === userId ? by.sessionId : undefined;
    const revoked = await sessions.revokeOf({ userId, except }, now);
    await events.record({ kind: 'SESSIONS_REVOKED', userId, actorId: by.id, detail: String(revoked) }, now);
    return revoked;
  };
}
