import { eq, inArray } from 'drizzle-orm';
import type { Database } from '#chassis/db/connect.ts';
import { ormOf } from '#chassis/db/orm.ts';
import { inTransaction, type Transaction } from '#chassis/db/transaction.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { appendOutbox, type OutboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import type { UserStore } from '../app/ports.ts';
import { erased, type User, type UserFact } from '../domain/user.ts';
import { endApiKeys } from './end-api-keys.ts';
import { endSessions } from './end-sessions.ts';
import { userAccount } from './schema.ts';
import { toUser, type UserRow } from './user-row.ts';

/** Keeps users in PostgreSQL. `announce` tells a fact as an event, which is stored with the change it tells of. */
export function userStore(db: Database, announce: (fact: UserFact) => OutboxRow): UserStore {
  const { sql } = db;
  const orm = ormOf(db);

  async function locked(tx: Transaction, id: string): Promise<User | undefined> {
    const [row] = await tx<UserRow[]>`select * from user_account where id = ${id} for update`;
    return row && toUser(row);
  }

  return {
    async register({ user, passwordHash, requestId, fingerprint }) {
      const event = announce({ kind: 'registered', user });
      const created = await sql`
        with created as (
          insert into user_account
            (id, email, display_name, password_hash, roles, state, version, request_id, request_fingerprint, create_time)
          values (${user.id}, ${user.email}, ${user.displayName}, ${passwordHash}, ${[...user.roles]}, ${user.state}, ${user.version},
            ${requestId ?? null}, ${fingerprint}, ${user.createTime})
          on conflict do nothing
          returning id
        ), announced as (
          insert into outbox (id, subject, aggregate_id, headers, payload)
          select ${event.id}, ${event.subject}, ${event.aggregate_id}, ${sql.json(event.headers)}::jsonb, ${Buffer.from(event.payload)}::bytea
          from created
        )
        select id from created`;
      if (created.length === 1) wakeOutbox(db);
      return created.length === 1;
    },

    async findRegistration(requestId) {
      const [row] = await orm.select().from(userAccount).where(eq(userAccount.requestId, requestId));
      if (!row) return undefined;
      return {
        user: toUser(row),
        passwordHash: row.passwordHash ?? '',
        fingerprint: row.requestFingerprint ?? undefined,
      };
    },

    async findAccount(email) {
      const [row] = await orm.select().from(userAccount).where(eq(userAccount.email, email));
      return row?.passwordHash ? { user: toUser(row), passwordHash: row.passwordHash } : undefined;
    },

    async find(ids) {
      const rows = await orm
        .select()
        .from(userAccount)
        .where(inArray(userAccount.id, [...ids]));
      return rows.map(toUser);
    },

    async list({ text, before, limit }) {
      const part = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
      const rows = await sql<UserRow[]>`
        select * from user_account
        where (${text}::text = '' or id::text = ${text} or email like ${part} or lower(display_name) like ${part})
          and (${before ?? null}::uuid is null or id < ${before ?? null})
        order by id desc limit ${limit}`;
      return rows.map(toUser);
    },

    async update(id, change, ends) {
      const { user, changed } = await inTransaction(db, async (tx) => {
        const before = await locked(tx, id);
        const after = before && change(before);
        if (!after || after === before) return { user: after, changed: false };
        await tx`
          update user_account set email = ${after.email}, display_name = ${after.displayName}, roles = ${[...after.roles]},
            state = ${after.state}, version = ${after.version}
          where id = ${id}`;
        if (ends?.endSessions(before, after)) await endSessions(tx, { userId: id }, new Date());
        if (ends?.endKeys) await endApiKeys(tx, id, 'for now', new Date());
        await appendOutbox(tx, [announce({ kind: 'updated', user: after })]);
        return { user: after, changed: true };
      }).catch((error: unknown) => {
        throw isTaken(error) ? new DomainError('EMAIL_TAKEN', {}, { cause: error }) : error;
      });
      if (changed) wakeOutbox(db);
      return user;
    },

    async setPassword({ id, passwordHash, except, endKeys, mail, now }) {
      return inTransaction(db, async (tx) => {
        const changed = await tx`
          update user_account set password_hash = ${passwordHash} where id = ${id} and state <> 'ERASED' returning id`;
        if (changed.length === 0) return false;
        await endSessions(tx, { userId: id, except }, now);
        if (endKeys) await endApiKeys(tx, id, 'forever', now);
        await tx`
          insert into account_mail (id, kind, user_id, email, correlation_id, due_time, expire_time)
          select ${mail.id}::uuid, ${mail.kind}::text, id, email, ${mail.correlationId}::text, now(), ${mail.expireTime}::timestamptz
          from user_account where id = ${id}`;
        return true;
      });
    },

    async erase(id) {
      const outcome = await inTransaction(db, async (tx) => {
        const before = await locked(tx, id);
        if (!before) return 'unknown';
        const after = erased(before);
        if (after === before) return 'unchanged';
        await tx`
          update user_account set email = null, display_name = '', password_hash = null, request_fingerprint = null,
            roles = '{}', state = ${after.state}, version = ${after.version}
          where id = ${id}`;
        await endSessions(tx, { userId: id }, new Date());
        await tx`delete from session where user_id = ${id}`;
        await tx`delete from oauth_state where account_id = ${id}`;
        await tx`
          with keys as (delete from api_key where user_id = ${id} returning id)
          insert into revocation (id) select id::text from keys on conflict do nothing`;
        await tx`delete from one_time_link where user_id = ${id}`;
        await tx`delete from account_mail where user_id = ${id}`;
        await tx`delete from security_event where user_id = ${id}`;
        // Earlier events name the person; those already sent are of no more use here.
        await tx`delete from outbox where aggregate_id = ${id} and published_at is not null`;
        await appendOutbox(tx, [announce({ kind: 'erased', user: after })]);
        return 'erased';
      });
      if (outcome === 'erased') wakeOutbox(db);
      return outcome !== 'unknown';
    },
  };
}

const UNIQUE_VIOLATION = '23505';

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}
