import { eq } from 'drizzle-orm';
import { bigint, jsonb, pgTable, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { ormOf } from './orm.ts';

const thing = pgTable('thing', {
  id: bigint('id', { mode: 'bigint' }).primaryKey(),
  data: jsonb('data').notNull().$type<{ words: string[] }>(),
  time: timestamp('time', { withTimezone: true }).notNull(),
});

const first = { id: 2n ** 60n, data: { words: ['a', 'ü'] }, time: new Date('2026-01-02T03:04:05.678Z') };
const second = { ...first, id: 2n };

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase([]);
  await db.sql`create table thing (id bigint primary key, data jsonb not null, time timestamptz not null)`;
});
afterAll(() => db.drop());

test('drizzle and statements written by hand share one pool and read what the other wrote', async () => {
  const orm = ormOf(db);
  await orm.insert(thing).values(first);
  const { id, data, time } = second;
  await db.sql`insert into thing values (${id}, ${db.sql.json(data)}, ${time})`;
  expect(await db.sql`select * from thing order by id desc`).toEqual([first, second]);
  expect(await orm.select().from(thing).where(eq(thing.id, id))).toEqual([second]);
  expect(await orm.select().from(thing).where(eq(thing.id, first.id))).toEqual([first]);
  const [row] = await db.sql`select jsonb_typeof(data) as type from thing where id = ${first.id}`;
  expect(row).toEqual({ type: 'object' });
  expect(ormOf(db)).toBe(orm);
});
