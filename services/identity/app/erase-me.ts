import { DomainError } from '#chassis/domain-error.ts';
import type { Atomically } from './changes.ts';

/** Forgets a person. Asking again changes nothing. */
export function eraseMe(deps: { atomically: Atomically }) {
  return async (userId: string): Promise<void> => {
    const isKnown = await deps.atomically(({ users }) => users.erase(userId));
    if (!isKnown) throw new DomainError('USER_NOT_FOUND', { user_id: userId });
  };
}
