import type { OpenSession, Session, SessionStore } from '../app/ports.ts';
import { endSessions } from './end-sessions.ts';
import type { Statements } from './statements.ts';
import { toUser, type UserRow } from './user-row.ts';

/** Keeps sessions in PostgreSQL. */
export function sessionStore({ sql }: Statements): SessionStore {
  return {
    async open({ id, userId, passwordHash, tokenHash, now, expireTime, userAgent, network }) {
      // The account's row is held meanwhile, so that nobody signs in just as it is blocked or its password is set anew.
      const opened = await sql`
        with account as (
          select id from user_account where id = ${userId} and state = 'ACTIVE' and password_hash = ${passwordHash} for share
        )
        insert into session (id, user_id, token_hash, create_time, last_use_time, expire_time, user_agent, network)
        select ${id}::uuid, id, ${tokenHash}::bytea, ${now}::timestamptz, ${now}::timestamptz, ${expireTime}::timestamptz,
          ${userAgent}::text, ${network}::text
        from account returning id`;
      return opened.length === 1;
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
      const revoked = await sql<{ user_id: string }[]>`
        with ended as (
          update session set revoke_time = coalesce(revoke_time, ${now})
          from spent_refresh_token spent
          where spent.token_hash = ${tokenHash} and session.id = spent.session_id
          returning session.id, user_id
        ), told as (
          insert into revocation (id) select id::text from ended on conflict do nothing
        )
        select user_id from ended`;
      return revoked[0]?.user_id;
    },

    async revoke(tokenHash, now) {
      await sql`
        with ended as (
          update session set revoke_time = coalesce(revoke_time, ${now})
          where token_hash = ${tokenHash} or id in (select session_id from spent_refresh_token where token_hash = ${tokenHash})
          returning id
        )
        insert into revocation (id) select id::text from ended on conflict do nothing`;
    },

    revokeOf: (which, now) => endSessions(sql, which, now),

    async isFamiliar(userId, network, now) {
      if (network === '') return false;
      const seen = await sql`
        select 1 from session
        where user_id = ${userId} and network = ${network} and revoke_time is null and expire_time > ${now} limit 1`;
      return seen.length > 0;
    },

    async isNewDevice(userId, userAgent) {
      const [seen] = await sql<{ any: boolean; same: boolean }[]>`
        select count(*) > 0 as any, coalesce(bool_or(user_agent = ${userAgent}), false) as same from session where user_id = ${userId}`;
      return seen?.any === true && !seen.same;
    },

    async isOpen(id, now) {
      const open = await sql`select 1 from session where id = ${id} and revoke_time is null and expire_time > ${now}`;
      return open.length > 0;
    },

    async listOf(userId) {
      return sql<Session[]>`
        select id, create_time as "createTime", last_use_time as "lastUseTime", expire_time as "expireTime",
          user_agent as "userAgent", network, revoke_time is not null as revoked
        from session where user_id = ${userId} order by create_time desc`;
    },

    async goingOn(userId, now) {
      return sql<OpenSession[]>`
        select id::text as id, null as "clientId", create_time as "createTime", last_use_time as "lastUseTime",
          expire_time as "expireTime", user_agent as "userAgent", network
        from session where user_id = ${userId} and revoke_time is null and expire_time > ${now}
        union all
        select grant_id, min(payload->>'clientId'), to_timestamp(min((payload->>'iat')::float8)), to_timestamp(max((payload->>'iat')::float8)),
          max(expire_time), '', ''
        from oauth_state
        where account_id = ${userId} and kind in ('AccessToken', 'RefreshToken') and grant_id is not null and expire_time > ${now}
        group by grant_id
        order by 4 desc`;
    },
  };
}
