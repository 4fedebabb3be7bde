import type { ApiKey, ApiKeyStore } from '../app/ports.ts';
import type { Statements } from './statements.ts';
import { toUser, type UserRow } from './user-row.ts';

/** Keeps API keys in PostgreSQL. */
export function apiKeyStore({ sql }: Statements): ApiKeyStore {
  const shown = sql`id, name, hint, scopes, create_time as "createTime", expire_time as "expireTime", last_use_time as "lastUseTime"`;
  return {
    async put({ id, userId, name, secretHash, hint, scopes, requestId, createTime, expireTime }) {
      // The account is held until the transaction ends, so that whoever counts its keys counts those of concurrent requests.
      await sql`select id from user_account where id = ${userId} for update`;
      const [key] = await sql<ApiKey[]>`
        insert into api_key (id, user_id, name, secret_hash, hint, scopes, request_id, create_time, expire_time)
        values (${id}, ${userId}, ${name}, ${secretHash}, ${hint}, ${[...scopes]}, ${requestId}, ${createTime}, ${expireTime})
        on conflict (user_id, request_id) do update set secret_hash = excluded.secret_hash, hint = excluded.hint
        where api_key.last_use_time is null and api_key.revoke_time is null and api_key.name = excluded.name
          and api_key.scopes = excluded.scopes
        returning ${shown}`;
      return key;
    },

    async countOf(userId, now) {
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from api_key where user_id = ${userId} and revoke_time is null and expire_time > ${now}`;
      return row?.count ?? 0;
    },

    async listOf(userId, now) {
      return sql<ApiKey[]>`
        select ${shown} from api_key where user_id = ${userId} and revoke_time is null and expire_time > ${now} order by id desc`;
    },

    async revoke(userId, id, now) {
      const found = await sql`
        with ended as (
          update api_key set revoke_time = coalesce(revoke_time, ${now}) where id = ${id} and user_id = ${userId} returning id
        ), told as (
          insert into revocation (id) select id::text from ended on conflict do nothing
        )
        select id from ended`;
      return found.length === 1;
    },

    async use(secretHash, now) {
      // Noted once a minute: a busy key must not write a row for each of its calls.
      const [row] = await sql<(UserRow & { key_id: string; scopes: string[] })[]>`
        with good as (
          select id, user_id, scopes from api_key
          where secret_hash = ${secretHash} and revoke_time is null and expire_time > ${now}
        ), noted as (
          update api_key set last_use_time = ${now} from good
          where api_key.id = good.id and (last_use_time is null or last_use_time < ${now}::timestamptz - interval '1 minute')
        )
        select good.id as key_id, good.scopes, user_account.*
        from good join user_account on user_account.id = good.user_id where user_account.state = 'ACTIVE'`;
      return row && { id: row.key_id, scopes: row.scopes, user: toUser(row) };
    },
  };
}
