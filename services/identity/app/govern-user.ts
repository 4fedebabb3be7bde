import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import type { SecurityEventKind } from '../domain/security-event.ts';
import { blocked, type Role, type User, unblocked, withRoles } from '../domain/user.ts';
import type { Atomically, UserChanges } from './changes.ts';

/** What operators decide about the accounts of others. */
export function governUser({ atomically, clock }: { atomically: Atomically; clock: Clock }) {
  async function change(
    actorId: string,
    userId: string,
    kind: SecurityEventKind,
    detail: string,
    to: (user: User) => User,
    ends?: Parameters<UserChanges['update']>[2],
  ): Promise<User> {
    if (actorId === userId) throw new DomainError('OWN_ACCOUNT');
    return atomically(async ({ users, events }) => {
      let isChanged = false;
      const user = await users.update(
        userId,
        (current) => {
          if (current.state === 'ERASED') throw new DomainError('USER_ERASED');
          const after = to(current);
          isChanged = after !== current;
          return after;
        },
        ends,
      );
      if (!user) throw new DomainError('USER_NOT_FOUND', { user_id: userId });
      if (isChanged) await events.record({ kind, userId, actorId, detail }, clock.now());
      return user;
    });
  }

  return {
    /** What a user may not do any more no token must say. */
    setRoles: (actorId: string, userId: string, roles: readonly Role[]): Promise<User> =>
      change(actorId, userId, 'ROLES_CHANGED', roles.join(', '), (user) => withRoles(user, roles), {
        endSessions: (before, after) => before.roles.some((role) => !after.roles.includes(role)),
      }),
    block: (actorId: string, userId: string, reason: string): Promise<User> =>
      change(actorId, userId, 'USER_BLOCKED', reason, blocked, { endSessions: () => true, endKeys: true }),
    unblock: (actorId: string, userId: string, reason: string): Promise<User> =>
      change(actorId, userId, 'USER_UNBLOCKED', reason, unblocked),
  };
}
