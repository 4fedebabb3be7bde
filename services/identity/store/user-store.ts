import { eq, inArray } from 'drizzle-orm';
import type { Database } from '#chassis/db/connect.ts';
import { ormOf } from '#chassis/db/orm.ts';
import { type OutboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import type { UserStore } from '../app/ports.ts';
import type { UserFact } from '../domain/user.ts';
import { userAccount } from './schema.ts';
import { toUser, type UserRow } from './user-row.ts';

/** Keeps users in PostgreSQL. `announce` tells a fact as an event, which is stored with the change it tells of. */
export function userStore(db: Database, announce: (fact: UserFact) => OutboxRow): UserStore {
  const { sql } = db;
  const orm = ormOf(db);

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
  };
}
