import { expect, test } from 'vitest';
import { summaryOf } from './statement-summary.ts';

test.each([
  ['select 1', 'SELECT'],
  ['\n  select * from product where id = $1', 'SELECT product'],
  ['select extract(epoch from created_at), (select max(x) from y) from only "order" o', 'SELECT order'],
  ['select count(*) from (select id from saga for update skip locked) due', 'SELECT saga'],
  ['insert into outbox (id) values ($1) on conflict do update set id = $1', 'INSERT outbox'],
  ['update saga set lease = $1 where id = any(select id from saga for update of saga)', 'UPDATE saga'],
  ['-- why\ndelete from inbox', 'DELETE inbox'],
  [
    'with e as (insert into order_event values ($1)), o as (insert\n into outbox values ($2)) select 1',
    'INSERT order_event INSERT outbox',
  ],
  ['with due as (select * from saga) select * from due', 'SELECT due'],
  ['update sandbox.charge set state = $1', 'UPDATE sandbox.charge'],
  ['listen "outbox"', 'LISTEN'],
  ['', 'SQL'],
])('%j is called %s', (text, name) => {
  expect(summaryOf(text)).toBe(name);
});
