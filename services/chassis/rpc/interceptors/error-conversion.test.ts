import { Code, ConnectError } from '@connectrpc/connect';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { reasonOf } from '../../domain-error.ts';
import { freePort } from '../../local/free-port.ts';
import { testDatabase } from '../../testing/postgres.ts';
import type { Call, Rpc } from '../call.ts';
import { errorConversion, toConnectError } from './error-conversion.ts';

const table = { domain: 'test.tradewind', rules: {} };

function sqlState(code: string): Error {
  return new Error('a statement failed', { cause: Object.assign(new Error('said by the server'), { code }) });
}

test('a database that cannot be reached is a reason to try again, not a defect', async () => {
  const sql = postgres(`postgres://nobody@127.0.0.1:${await freePort()}/nothing`, { max: 1, connect_timeout: 2 });
  const failure = await sql`select 1`.catch((error: unknown) => error);
  await sql.end();
  expect(reasonOf(toConnectError(failure, table))).toMatchObject({
    reason: 'DATABASE_UNAVAILABLE',
    code: Code.Unavailable,
  });
});

test.each(['57P01', '57P02', '57P03', '08006', '53300', 'CONNECTION_CLOSED', 'ECONNRESET'])(
  '%s says that the database is away',
  (code) => {
    expect(toConnectError(sqlState(code), table).code).toBe(Code.Unavailable);
  },
);

test('a database that takes no sessions is away, whatever its reason', async () => {
  const db = await testDatabase([]);
  const { pathname } = new URL(db.url);
  const admin = postgres(new URL('/postgres', db.url).href, { max: 1 });
  await admin`alter database ${admin(pathname.slice(1))} allow_connections false`;
  const late = postgres(db.url, { max: 1 });
  const failure = await late`select 1`.catch((error: unknown) => error);
  await Promise.all([late.end(), admin.end()]);
  await db.drop();
  expect(toConnectError(failure, table).code).toBe(Code.Unavailable);
});

test.each(['23505', '42P01', '22003'])('%s is a defect of ours', (code) => {
  expect(toConnectError(sqlState(code), table).code).toBe(Code.Internal);
});

test('a statement that was cancelled for another one before it is a reason to try again', async () => {
  const db = await testDatabase([]);
  // A statement that waits until it is cancelled: for a lock that another connection holds.
  const holder = await db.sql.reserve();
  await holder`select pg_advisory_lock(1)`;
  const waiting = db.another().sql`select pg_advisory_lock(1)`.catch((error: unknown) => error);
  await expect
    .poll(
      () => holder`
        select pg_cancel_backend(pid) from pg_locks join pg_database on pg_database.oid = pg_locks.database
        where datname = current_database() and locktype = 'advisory' and not granted`,
    )
    .toHaveLength(1);
  const failure = await waiting;
  expect(failure).toMatchObject({ code: '57014' });
  expect(toConnectError(failure, table).code).toBe(Code.Unavailable);
  holder.release();
  await db.drop();
});

test('a statement that was cancelled with its call says why the call ended, however deep it lies', async () => {
  const late = new ConnectError('time is up', Code.DeadlineExceeded);
  const call = { signal: AbortSignal.abort(late), correlationId: 'c1' } as unknown as Call;
  const converted = errorConversion(table)({} as Rpc)(async () => {
    throw sqlState('57014');
  });
  await expect(converted(call, {} as never)).rejects.toMatchObject({ code: Code.DeadlineExceeded });
});
