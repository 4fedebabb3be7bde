import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { identity } from '../identity.ts';
import { loginAttempts } from './login-attempts.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase([identity.migrations ?? expect.unreachable()]);
});
afterAll(() => db.drop());

const ADA = 'ada@example.org';
const HOME = '192.0.2.7';

test('tries for one account that are counted and forgiven at once never wait for each other in a circle', async () => {
  const attempts = loginAttempts(db);
  const sides = [() => attempts.count(ADA, HOME, new Date(), 900), () => attempts.forgive(ADA, HOME)];
  const rounds = Array.from({ length: 400 }, (_, round) => sides[round % 2]?.());
  const outcomes = await Promise.allSettled(rounds);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
});
