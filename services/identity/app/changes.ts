import type { User } from '../domain/user.ts';
import type { AccountMails, ApiKeyStore, LoginAttempts, SecurityLog, SessionStore } from './ports.ts';

/** Changes users. Whatever changes one announces it in the same transaction. */
export interface UserChanges {
  /**
   * Undefined when there is no such user. A user that `change` hands back untouched is neither written nor announced. With `endSessions` whatever lets
   * them in ends.
   */
  update(
    id: string,
    change: (user: User) => User,
    options?: { endSessions: (before: User, after: User) => boolean; endKeys?: boolean },
  ): Promise<User | undefined>;
  /** Gives an account another password and ends every session but `except`, with `endKeys` API keys too. Undefined when nobody signs in there any more. */
  setPassword(change: {
    id: string;
    passwordHash: string;
    except?: string | undefined;
    endKeys: boolean;
    now: Date;
  }): Promise<User | undefined>;
  /** Removes all that is personal and every session. False when there is no such user. */
  erase(id: string): Promise<boolean>;
}

/** What a use case writes with in one transaction. */
export interface Changes {
  readonly users: UserChanges;
  readonly sessions: Pick<SessionStore, 'open' | 'revokeOf' | 'revokeReused'>;
  readonly keys: Pick<ApiKeyStore, 'put' | 'countOf' | 'revoke'>;
  readonly mails: Pick<AccountMails, 'put' | 'useLink'>;
  readonly attempts: Pick<LoginAttempts, 'block' | 'forgive'>;
  readonly events: Pick<SecurityLog, 'record'>;
}

/**
 * Has all happen that `work` writes, or nothing when it throws. A transaction that collides with another is begun again, so that `work` must have no effects
 * but through what it is given.
 */
export type Atomically = <T>(work: (changes: Changes) => Promise<T>) => Promise<T>;
