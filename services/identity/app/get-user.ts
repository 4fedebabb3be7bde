import { DomainError } from '#chassis/domain-error.ts';
import { maySee, type User } from '../domain/user.ts';
import type { UserStore } from './ports.ts';

/** Reads an account for a person. Whoever may not see it learns no more than that there is nothing to see. */
export function getUser(deps: { users: UserStore }) {
  return async (viewer: { id: string; roles: readonly string[] }, userId: string): Promise<User> => {
    const [user] = maySee(viewer, userId) ? await deps.users.find([userId]) : [];
    if (!user) throw new DomainError('USER_NOT_FOUND', { user_id: userId });
    return user;
  };
}
