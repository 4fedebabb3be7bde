import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { once } from '../inbox/once.ts';
import { INBOX_AGEING } from '../inbox/table.ts';
import { createLogger } from '../log.ts';
import { eventually } from '../testing/eventually.ts';
import { type TestDatabase, testDatabase } from '../testing/postgres.ts';
import { pruneOldest, startPruning } from './prune.ts';

const visits = { table: 'visit', madeAt: 'made_at', keepDays: 7 };
const log = createLogger({ service: 'test', version: '0', level: 'fatal' });
let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase([]);
  await db.sql`create table visit (id int primary key, made_at timestamptz not null)`;
});
/** Row n was made n days ago. */
beforeEach(async () => {
  await db.sql`truncate visit`;
  await db.sql`insert into visit select n, now() - n * interval '1 day' from generate_series(0, 29) n`;
});
afterAll(() => db.drop());

const left = async () => (await db.sql<{ id: number }[]>`select id from visit order by id`).map(({ id }) => id);
const upTo = (last: number) => Array.from({ length: last + 1 }, (_, id) => id);

test('removes the oldest rows first, no more than asked for, and none that is still of use', async () => {
  expect(await pruneOldest(db, visits, 10)).toBe(10);
  expect(await left()).toEqual(upTo(19));
  expect(await pruneOldest(db, visits, 1_000)).toBe(13);
  expect(await left()).toEqual(upTo(6));
});

test('passes over rows that another is removing instead of waiting for it', async () => {
  await db.sql.begin(async (tx) => {
    await tx`delete from visit where id >= 20`;
    expect(await pruneOldest(db.another(), visits, 1_000)).toBe(13);
  });
  expect(await left()).toEqual(upTo(6));
});

test('goes on in the background until stopped, whatever number of instances', async () => {
  const instances = [startPruning(db, visits, log), startPruning(db.another(), visits, log)];
  await eventually(async () => expect(await left()).toEqual(upTo(6)));
  await Promise.all(instances.map((instance) => instance.stop()));
});

test('the inbox forgets a mark after a week', async () => {
  const [old, recent] = [newId(), newId()];
  for (const id of [old, recent]) await once(db.sql, 'mails', id);
  await db.sql`update inbox set seen_at = now() - interval '8 days' where event_id = ${old}`;
  expect(await pruneOldest(db, INBOX_AGEING, 1_000)).toBe(1);
  expect([await once(db.sql, 'mails', recent), await once(db.sql, 'mails', old)]).toEqual([false, true]);
});
