import { beforeEach, describe, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import type { TestDatabase } from '#chassis/testing/postgres.ts';
import { AccountService } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { IdentityOperationsService } from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { Role } from '#gen/tradewind/identity/v1/identity_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { SessionsService } from '#gen/tradewind/identity/v1/sessions_service_pb.ts';
import { ada, startIdentity } from './identity.fixture.ts';
import { tokenOf } from './postbox.fixture.ts';

const NEW = 'another correct horse';
const NEW_EMAIL = 'ada@example.com';
/** Tables that tell of tries, which count whatever becomes of them. */
const TRIES = ['login_attempt', 'schema_migration'];

type World = Awaited<ReturnType<typeof startWorld>>;

/** Ada with a session, a key and both kinds of links, and those who act for her or upon her. */
async function startWorld() {
  const running = await startIdentity();
  const anyone = await running.through();
  const { user } = await anyone.register({ requestId: newId(), ...ada });
  const id = user?.id ?? '';
  const by = { service: 'gateway', user: { id } };
  const client = running.served.client;
  const account = await client(AccountService, by);
  const keys = await client(ApiKeysService, by);
  const { tokens } = await anyone.login(ada);
  await anyone.login(ada);
  const { apiKey } = await keys.createApiKey({ requestId: newId(), name: 'Sheet', scopes: ['orders:read'] });
  await account.requestPasswordReset({ email: ada.email });
  await account.requestEmailChange({ password: ada.password, newEmail: NEW_EMAIL });
  await eventually(async () => expect(running.mails).toHaveLength(2));
  await eventually(async () => expect(await running.db.sql`select 1 from account_mail`).toHaveLength(0));
  const linkTo = (page: string) => tokenOf(running.mails.find(({ link }) => link.includes(page)));
  const [session] = await running.db.sql<{ id: string }[]>`select id from session where user_id = ${id}`;
  return {
    ...running,
    id,
    keyId: apiKey?.id ?? '',
    sessionId: session?.id ?? '',
    refreshToken: tokens?.refreshToken ?? '',
    resetLink: linkTo('/reset-password'),
    emailLink: linkTo('/confirm-email'),
    anyone,
    account,
    keys,
    sessions: await client(SessionsService, by),
    self: await client(IdentityService, by),
    operator: await client(IdentityOperationsService, {
      service: 'gateway',
      user: { id: newId(), roles: ['OPERATOR'] },
    }),
  };
}

/** What each RPC writes, in the words of the tables. */
const rpcs: Record<string, { tables: string[]; call(world: World): Promise<unknown> }> = {
  ResetPassword: {
    tables: ['one_time_link', 'user_account', 'session', 'api_key', 'revocation', 'account_mail', 'security_event'],
    call: ({ account, resetLink }) => account.resetPassword({ token: resetLink, newPassword: NEW }),
  },
  ConfirmEmailChange: {
    tables: ['one_time_link', 'user_account', 'outbox', 'account_mail', 'security_event'],
    call: ({ account, emailLink }) => account.confirmEmailChange({ token: emailLink }),
  },
  ChangePassword: {
    tables: ['user_account', 'session', 'revocation', 'account_mail', 'security_event'],
    call: ({ account }) => account.changePassword({ password: ada.password, newPassword: NEW }),
  },
  CreateApiKey: {
    tables: ['api_key', 'security_event'],
    call: ({ keys }) => keys.createApiKey({ requestId: newId(), name: 'Other', scopes: ['orders:read'] }),
  },
  RevokeApiKey: {
    tables: ['api_key', 'revocation', 'security_event'],
    call: ({ keys, keyId }) => keys.revokeApiKey({ apiKeyId: keyId }),
  },
  RevokeSession: {
    tables: ['session', 'revocation', 'security_event'],
    call: ({ sessions, sessionId }) => sessions.revokeSession({ sessionId }),
  },
  RevokeOtherSessions: {
    tables: ['session', 'revocation', 'security_event'],
    call: ({ sessions }) => sessions.revokeOtherSessions({}),
  },
  RevokeUserSessions: {
    tables: ['session', 'revocation', 'security_event'],
    call: ({ operator, id }) => operator.revokeUserSessions({ userId: id }),
  },
  BlockUser: {
    tables: ['user_account', 'session', 'revocation', 'outbox', 'security_event'],
    call: ({ operator, id }) => operator.blockUser({ userId: id, reason: 'fraud' }),
  },
  SetRoles: {
    tables: ['user_account', 'session', 'revocation', 'outbox', 'security_event'],
    call: ({ operator, id }) => operator.setRoles({ userId: id, roles: [Role.MERCHANT] }),
  },
  UpdateProfile: {
    tables: ['user_account', 'outbox'],
    call: ({ self }) => self.updateProfile({ displayName: 'Countess' }),
  },
  EraseMe: {
    tables: ['user_account', 'session', 'revocation', 'api_key', 'one_time_link', 'security_event', 'outbox'],
    call: ({ self }) => self.eraseMe({}),
  },
  Logout: {
    tables: ['session', 'revocation'],
    call: ({ anyone, refreshToken }) => anyone.logout({ refreshToken }),
  },
  Register: {
    tables: ['user_account', 'outbox'],
    call: ({ anyone }) => anyone.register({ requestId: newId(), ...ada, email: 'grace@example.org' }),
  },
};

/** Every row of every table, as text. */
async function everything({ sql }: TestDatabase): Promise<Record<string, string[]>> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' order by 1`;
  const kept: Record<string, string[]> = {};
  for (const { name } of tables.filter((table) => !TRIES.includes(table.name))) {
    const rows = await sql<{ row: string }[]>`select row::text from ${sql(name)} as row order by 1`;
    kept[name] = rows.map(({ row }) => row);
  }
  return kept;
}

/** Has whatever writes to a table fail: at the statement, or not before the commit. */
async function breakTable({ sql }: TestDatabase, table: string, when: 'statement' | 'commit'): Promise<void> {
  await sql`
    create or replace function fail() returns trigger language plpgsql as $$ begin raise exception 'broken by the test'; end $$`;
  const kind = when === 'commit' ? sql`constraint trigger` : sql`trigger`;
  const deferred = when === 'commit' ? sql`deferrable initially deferred` : sql``;
  await sql`
    create ${kind} broken after insert or update or delete on ${sql(table)} ${deferred} for each row execute function fail()`;
}

const mend = ({ sql }: TestDatabase, table: string) => sql`drop trigger broken on ${sql(table)}`;
const reasonFrom = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => reasonOf(error)?.reason,
  );

describe.each(Object.entries(rpcs))('%s', (_, { tables, call }) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });

  test('does nothing when any one of its writes fails, or its commit, and all of it afterwards', async () => {
    const { db } = world;
    const before = await everything(db);
    for (const table of tables) {
      for (const when of ['statement', 'commit'] as const) {
        await breakTable(db, table, when);
        expect(await reasonFrom(call(world)), `${table} broken at its ${when}`).toBe('INTERNAL');
        await mend(db, table);
        expect(await everything(db)).toEqual(before);
      }
    }
    expect(await reasonFrom(call(world))).toBe('done');
    const after = await everything(db);
    expect(Object.keys(after).filter((table) => String(after[table]) !== String(before[table]))).toEqual(
      tables.toSorted(),
    );
  });
});

describe.each(['ResetPassword', 'ConfirmEmailChange'])('a link of %s', (name) => {
  const { call } = rpcs[name] as (typeof rpcs)[string];

  test('used by many at once is used by one', async () => {
    const world = await startWorld();
    const { db, id } = world;
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => reasonFrom(call(world))));
    expect(outcomes.toSorted()).toEqual([...Array(4).fill('INVALID_LINK'), 'done']);
    const events = await db.sql`
      select kind from security_event where user_id = ${id} and kind in ('PASSWORD_RESET', 'EMAIL_CHANGED')`;
    expect(events).toHaveLength(1);
  });
});

test('nobody signs in by the old password while a new one is set', async () => {
  const { anyone, db, id } = await startWorld();
  let signingIn: Promise<string | undefined> | undefined;
  await db.another().sql.begin(async (setting) => {
    await setting`update user_account set password_hash = 'of another' where id = ${id}`;
    signingIn = reasonFrom(anyone.login(ada));
    await eventually(async () => {
      const waiting = await db.sql`
        select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%into session%'`;
      expect(waiting).toHaveLength(1);
    });
  });
  expect(await signingIn).toBe('INVALID_CREDENTIALS');
});

test('concurrent requests make no more API keys than a user may have, and a repeat of the last is answered', async () => {
  const { keys, db } = await startWorld();
  const ask = (requestId: string) => keys.createApiKey({ requestId, name: 'Sheet', scopes: ['orders:read'] });
  const requests = Array.from({ length: 25 }, newId);
  const made = await Promise.all(requests.map((requestId) => reasonFrom(ask(requestId))));
  expect(made.filter((outcome) => outcome === 'done')).toHaveLength(19);
  expect(made.filter((outcome) => outcome === 'TOO_MANY_API_KEYS')).toHaveLength(6);
  expect(await db.sql`select 1 from api_key`).toHaveLength(20);
  expect(await reasonFrom(ask(requests[made.indexOf('done')] ?? ''))).toBe('done');
});
