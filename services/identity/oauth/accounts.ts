import type { Account as KnownAccount } from 'oidc-provider';
import type { UserStore } from '../app/ports.ts';
import type { User } from '../domain/user.ts';

/** A user as the authorization server knows them. */
export interface Account extends KnownAccount {
  readonly roles: readonly string[];
}

/** Finds those who may sign in, with what may be told of them. */
export function accounts(users: Pick<UserStore, 'find'>) {
  return async (_: unknown, id: string): Promise<Account | undefined> => {
    const [user] = await users.find([id]);
    return user?.state === 'ACTIVE' ? accountOf(user) : undefined;
  };
}

function accountOf({ id, email, displayName, roles }: User): Account {
  return { accountId: id, roles, claims: () => ({ sub: id, email, name: displayName }) };
}
