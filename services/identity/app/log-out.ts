import type { Clock } from '#chassis/clock.ts';
import { bearerHash } from './bearer-hash.ts';
import type { SessionStore } from './ports.ts';

/** Ends the session of a refresh token, spent or not. Says nothing about whether there was one. */
export function logOut(deps: { sessions: SessionStore; clock: Clock }) {
  return (presented: string): Promise<void> => deps.sessions.revoke(bearerHash(presented), deps.clock.now());
}
