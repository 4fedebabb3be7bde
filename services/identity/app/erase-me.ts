import { DomainError } from '#chassis/domain-error.ts';
import type { UserStore } from './ports.ts';

/** Forgets a person. Asking again changes nothing. */
export function eraseMe(deps: { users: UserStore }) {
  return async (userId: string): Promise<void> => {
    if (!(await deps.users.erase(userId))) throw new DomainError('USER_NOT_FOUND', { user_id: userId });
  };
}
