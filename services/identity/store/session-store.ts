import { desc, eq } from 'drizzle-orm';
import type { Database } from '#chassis/db/connect.ts';
import { ormOf } from '#chassis/db/orm.ts';
import type { SessionStore } from '../app/ports.ts';
import { session } from './schema.ts';
import { toUser, type UserRow } from './user-row.ts';

/** Keeps sessions in PostgreSQL. */
export function sessionStore(db: Database): SessionStore {
  const { sql } = db;
  const orm = ormOf(db);
  return {
    async open({ id, userId, tokenHash, now, expireTime }) {
      await orm.insert(session).values({ id, userId, tokenHash, createTime: now, lastUseTime: now, expireTime });
    },

    async rotate({ tokenHash, nextHash, now, expireTime }) {
      // The session's row is the lock: whoever comes second waits for it, and then finds another token_hash.
      const [row] = await sql<(UserRow & { session_id: string })[]>`
        with rotated as (
          update session set token_hash = ${nextHash}, last_use_time = ${now}, expire_time = ${expireTime}
          where token_hash = ${tokenHash} and revoke_time is null and expire_time > ${now}
          returning id, user_id
        ), spent as (
          insert into spent_refresh_token (token_hash, session_id, spend_time)
          select ${tokenHash}::bytea, id, ${now}::timestamptz from rotated
        )
        select rotated.id as session_id, user_account.*
        from rotated join user_account on user_account.id = rotated.user_id`;
      return row && { sessionId: row.session_id, user: toUser(row) };
    },

    async revokeReused(tokenHash, now) {
      // A statement of its own: the one that lost the race still sees the world from before the race.
      const revoked = await sql`
        update session set revoke_time = coalesce(revoke_time, ${now})
        from spent_refresh_token spent
        where spent.token_hash = ${tokenHash} and session.id = spent.session_id
        returning session.id`;
      return revoked.length > 0;
    },

    async revoke(tokenHash, now) {
      await sql`
        update session set revoke_time = coalesce(revoke_time, ${now})
        where token_hash = ${tokenHash} or id in (select session_id from spent_refresh_token where token_hash = ${tokenHash})`;
    },

    async isOpen(id, now) {
      const open = await sql`select 1 from session where id = ${id} and revoke_time is null and expire_time > ${now}`;
      return open.length > 0;
    },

    async listOf(userId) {
      const rows = await orm.select().from(session).where(eq(session.userId, userId)).orderBy(desc(session.createTime));
      return rows.map(({ id, createTime, lastUseTime, expireTime, revokeTime }) => ({
        id,
        createTime,
        lastUseTime,
        expireTime,
        revoked: revokeTime !== null,
      }));
    },
  };
}
