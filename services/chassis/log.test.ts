import { eq } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ormOf } from './db/orm.ts';
import { createLogger } from './log.ts';
import { unreachable } from './rpc/resilience/refusal.ts';
import { type TestDatabase, testDatabase } from './testing/postgres.ts';

const person = pgTable('person', { email: text('email').primaryKey() });
const missing = pgTable('missing', { email: text('email').primaryKey() });
const EMAIL = 'ada@private.example';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase([]);
  await db.sql`create table person (email text primary key)`;
  await db.sql`insert into person values (${EMAIL})`;
});
afterAll(() => db.drop());

/** What is written of a failure, as text and as the `err` of its line. */
async function logged(work: PromiseLike<unknown>, told: (error: unknown) => unknown = (error) => error) {
  const lines: string[] = [];
  const log = createLogger({ service: 'test', version: '0', level: 'info' }, { write: (line) => lines.push(line) });
  await work.then(
    () => expect.unreachable(),
    (error) => log.error({ err: told(error) }, 'failed'),
  );
  const [line = ''] = lines;
  return { line, err: (JSON.parse(line) as { err: Record<string, string> }).err };
}

test('a failed query of drizzle is told with its statement and its cause, without its parameters', async () => {
  const { line, err } = await logged(ormOf(db).select().from(missing).where(eq(missing.email, EMAIL)));
  expect(line).not.toContain(EMAIL);
  expect(err).toMatchObject({ type: 'DrizzleQueryError', query: expect.stringContaining('from "missing"') });
  expect(err.message).toContain('relation "missing" does not exist');
  expect(err.stack).toContain('log.test.ts');
});

test.each([
  ['a row that exists', () => ormOf(db).insert(person).values({ email: EMAIL }), /duplicate key/],
  ['a row that exists, by hand', () => db.sql`insert into person values (${EMAIL})`, /duplicate key/],
  ['a value of another type', () => db.sql`select ${EMAIL}::text::uuid`, /invalid input syntax for type uuid/],
])('%s is told without its values', async (_, work, message) => {
  const { line, err } = await logged(work());
  expect(line).not.toContain(EMAIL);
  expect(err.message).toMatch(message);
});

test('neither do the values show when the failure is the cause of another', async () => {
  const { line, err } = await logged(
    ormOf(db).insert(person).values({ email: EMAIL }),
    (cause) => new Error('registering failed', { cause: new AggregateError([cause], 'twice', { cause }) }),
  );
  expect(line).not.toContain(EMAIL);
  expect(err.message).toMatch(/^registering failed: twice: Failed query: .*duplicate key/s);
});

test('other failures are told as they are, with what they carry', async () => {
  const { err } = await logged(Promise.reject(Object.assign(new Error('odd'), { params: [1], detail: 'as it is' })));
  expect(err).toMatchObject({ message: 'odd', params: [1], detail: 'as it is' });
});

test('of a failed call its reason is told, and not what its details are made of', async () => {
  const { line, err } = await logged(Promise.reject(unreachable('payments')));
  expect(err).toMatchObject({ code: 14, reason: 'UNREACHABLE', metadata: { dependency: 'payments' } });
  expect(err.stack).toContain('log.test.ts');
  expect(line.length).toBeLessThan(3_000);
});
