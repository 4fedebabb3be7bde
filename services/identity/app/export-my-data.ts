import { DomainError } from '#chassis/domain-error.ts';
import type { SessionStore, UserStore } from './ports.ts';

/** Gathers all that identity holds about a person. Hashes of secrets are left out: they say nothing about the person. */
export function exportMyData(deps: { users: UserStore; sessions: SessionStore }) {
  return async (userId: string): Promise<string> => {
    const [[user], sessions] = await Promise.all([deps.users.find([userId]), deps.sessions.listOf(userId)]);
    if (!user) throw new DomainError('USER_NOT_FOUND', { user_id: userId });
    return JSON.stringify({ user: { ...user, version: String(user.version) }, sessions }, undefined, 2);
  };
}
