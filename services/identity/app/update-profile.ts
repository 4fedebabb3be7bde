import { DomainError } from '#chassis/domain-error.ts';
import { renamed, type User } from '../domain/user.ts';
import type { Atomically } from './changes.ts';

/** Changes one's own display name. */
export function updateProfile(deps: { atomically: Atomically }) {
  return async (userId: string, displayName: string): Promise<User> => {
    const user = await deps.atomically(({ users }) =>
      users.update(userId, (current) => {
        if (current.state === 'ERASED') throw new DomainError('USER_ERASED');
        return renamed(current, displayName);
      }),
    );
    if (!user) throw new DomainError('USER_NOT_FOUND', { user_id: userId });
    return user;
  };
}
