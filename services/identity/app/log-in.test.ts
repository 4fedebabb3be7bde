import { expect, test } from 'vitest';
import { newUser } from '../domain/user.ts';
import type { Atomically, Changes } from './changes.ts';
import { checkCredentials } from './check-credentials.ts';
import { logIn } from './log-in.ts';
import type {
  Account,
  LoginAttempts,
  PasswordHasher,
  SecurityLog,
  SessionStore,
  TokenIssuer,
  UserStore,
} from './ports.ts';

const now = new Date();
const user = newUser({ id: 'u1', email: 'ada@example.org', displayName: 'Ada', roles: ['SHOPPER'], createTime: now });
const account: Account = { user, passwordHash: 'stored' };

/** Writes down what signing in asks for, in order. */
function recorded(known: Account | undefined) {
  const steps: string[] = [];
  const users: Pick<UserStore, 'findAccount'> = {
    findAccount: async () => {
      steps.push('find account');
      return known;
    },
  };
  const attempts: LoginAttempts = {
    count: async () => {
      steps.push('count attempt');
      return [];
    },
    forgive: async () => {
      steps.push('forgive');
    },
    block: async () => {
      steps.push('block');
    },
  };
  const passwords: Pick<PasswordHasher, 'verify'> = {
    verify: async (hash, password) => {
      steps.push('verify password');
      return hash !== undefined && password === 'right';
    },
  };
  const sessions: Pick<SessionStore, 'open' | 'isNewDevice' | 'isFamiliar'> = {
    open: async () => {
      steps.push('open session');
      return true;
    },
    isNewDevice: async () => false,
    isFamiliar: async () => false,
  };
  const events: Pick<SecurityLog, 'record'> = {
    record: async ({ kind }) => {
      steps.push(`record ${kind}`);
    },
  };
  const changes: Pick<Changes, 'attempts' | 'events'> = { attempts, events };
  const atomically: Atomically = (work) => work({ ...changes, sessions } as Changes);
  const tokens: TokenIssuer = { issue: async () => ({ token: 'token', expireTime: now }) };
  const clock = { now: () => now };
  const check = checkCredentials({
    users,
    sessions,
    attempts,
    atomically,
    passwords: passwords as PasswordHasher,
    clock,
    limit: { perAccount: 1, perAddress: 1, windowSeconds: 1, blockSeconds: 1 },
  });
  const signIn = logIn({ check, sessions, atomically, tokens, clock, refreshDays: 1 });
  const outcome = (password: string) =>
    signIn({ email: user.email, password, address: undefined, userAgent: '' }).then(
      () => 'signed in',
      (error: { reason: string }) => error.reason,
    );
  return { steps, outcome };
}

test('an unknown account costs the same work as a wrong password, so that time tells nothing', async () => {
  const [wrong, unknown] = [recorded(account), recorded(undefined)];
  expect(await unknown.outcome('wrong')).toBe(await wrong.outcome('wrong'));
  expect(unknown.steps).toEqual(wrong.steps);
  expect(unknown.steps).toEqual(['count attempt', 'find account', 'verify password', 'record SIGN_IN_FAILED']);
});

test('counts a try before it looks at the password, and takes it back when the password is right', async () => {
  const right = recorded(account);
  expect(await right.outcome('right')).toBe('signed in');
  expect(right.steps).toEqual(['count attempt', 'find account', 'verify password', 'forgive', 'open session']);
});
