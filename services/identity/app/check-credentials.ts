import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { type Attempts, type LoginLimit, waitSeconds } from '../domain/login-limit.ts';
import { normalEmail } from '../domain/user.ts';
import type { Atomically } from './changes.ts';
import { networkOf } from './network.ts';
import type { Account, LoginAttempts, PasswordHasher, SessionStore, UserStore } from './ports.ts';

export interface Credentials {
  email: string;
  password: string;
  /** Where the try comes from; undefined when nobody knows. */
  address: string | undefined;
}

export interface CheckCredentialsDeps {
  users: Pick<UserStore, 'findAccount'>;
  sessions: Pick<SessionStore, 'isFamiliar'>;
  attempts: LoginAttempts;
  atomically: Atomically;
  passwords: PasswordHasher;
  clock: Clock;
  limit: LoginLimit;
}

/** Finds out who signs in. Does the same work, and says the same, whether the account is unknown or the password wrong. */
export function checkCredentials(deps: CheckCredentialsDeps) {
  const { atomically, attempts, clock, limit, passwords, sessions, users } = deps;

  /** Tries from elsewhere must not keep out somebody who is signed in where they try. */
  async function heeded(counted: Attempts[], account: Account | undefined, { address }: Credentials, now: Date) {
    const isLocked = counted.some(({ scope, count }) => scope === 'account' && count > limit.perAccount);
    if (!isLocked || !account) return counted;
    const isFamiliar = await sessions.isFamiliar(account.user.id, networkOf(address), now);
    return isFamiliar ? counted.filter(({ scope }) => scope === 'address') : counted;
  }

  function failed(counted: Attempts[], userId: string | undefined, source: string | undefined, now: Date) {
    const countOf = (wanted: Attempts['scope']) => counted.find(({ scope }) => scope === wanted)?.count;
    return atomically(async (changes) => {
      const record = changes.events.record;
      await record({ kind: 'SIGN_IN_FAILED', userId, source }, now);
      if (countOf('account') === limit.perAccount) await record({ kind: 'ACCOUNT_LOCKED', userId, source }, now);
      if (source === undefined || (countOf('address') ?? 0) < limit.perAddress) return;
      await changes.attempts.block(source, new Date(now.getTime() + limit.blockSeconds * 1000));
      await record({ kind: 'SOURCE_BLOCKED', source, detail: `${limit.perAddress} failed tries` }, now);
    });
  }

  return async (input: Credentials): Promise<Account> => {
    const now = clock.now();
    const email = normalEmail(input.email);
    const counted = await attempts.count(email, input.address, now, limit.windowSeconds);
    const account = await users.findAccount(email);
    const wait = waitSeconds(await heeded(counted, account, input, now), limit, now);
    if (wait > 0) throw new DomainError('TOO_MANY_ATTEMPTS', { retry_after_seconds: String(wait) });

    const isRight = await passwords.verify(account?.passwordHash, input.password);
    if (!account || !isRight) {
      await failed(counted, account?.user.id, input.address, now);
      throw new DomainError('INVALID_CREDENTIALS');
    }
    await attempts.forgive(email, input.address);
    if (account.user.state === 'BLOCKED') throw new DomainError('USER_BLOCKED');
    return account;
  };
}
