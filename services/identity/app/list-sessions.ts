import type { Clock } from '#chassis/clock.ts';
import type { OpenSession, SessionStore } from './ports.ts';

/** Tells somebody where they are signed in. */
export function listSessions(deps: { sessions: Pick<SessionStore, 'goingOn'>; clock: Clock }) {
  return (userId: string): Promise<OpenSession[]> => deps.sessions.goingOn(userId, deps.clock.now());
}
