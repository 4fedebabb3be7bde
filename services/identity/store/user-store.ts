import { eq, inArray } from 'drizzle-orm';
import type { Database } from '#chassis/db/connect.ts';
import { ormOf } from '#chassis/db/orm.ts';
import { inTransaction, type Transaction } from '#chassis/db/transaction.ts';
import { appendOutbox, type OutboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import type { UserStore } from '../app/ports.ts';
import { erased, type User, type UserFact } from '../domain/user.ts';
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

    async update(id, change) {
      const { user, changed } = await inTransaction(db, async (tx) => {
        const before = await locked(tx, id);
        const after = before && change(before);
        if (!after || after === before) return { user: after, changed: false };
        await tx`update user_account set display_name = ${after.displayName}, version = ${after.version} where id = ${id}`;
        await appendOutbox(tx, [announce({ kind: 'updated', user: after })]);
        return { user: after, changed: true };
      });
      if (changed) wakeOutbox(db);
      return user;
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
