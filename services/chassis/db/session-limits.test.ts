import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/postgres.ts';
import { connectDatabase } from './connect.ts';
import { migrate } from './migrate.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase([]);
});
afterAll(() => db.drop());

test('sessions lose their locks within a minute when their client went without a word, whatever the server is set to', async () => {
  const [limits] = await db.another().sql`
    select current_setting('idle_in_transaction_session_timeout') as idle, current_setting('tcp_user_timeout') as unheard,
      current_setting('tcp_keepalives_idle') as first, current_setting('tcp_keepalives_interval') as next,
      current_setting('tcp_keepalives_count') as count`;
  expect(limits).toEqual({ idle: '30s', unheard: '30000', first: '10', next: '5', count: '3' });
});

test('a role that does not own its database starts all the same', async () => {
  const role = `guest_${db.url.slice(-8)}`;
  await db.sql.unsafe(`create role ${role} login; grant all on all tables in schema public to ${role}`);
  await db.sql.unsafe(`grant create on schema public to ${role}`);
  const url = new URL(db.url);
  url.username = role;
  const guest = connectDatabase({ url: url.href, max: 1, service: 'test' });
  await expect(migrate(guest)).resolves.toBeUndefined();
  await guest.close();
  await db.sql.unsafe(`drop owned by ${role}; drop role ${role}`);
});
