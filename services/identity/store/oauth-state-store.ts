import type { Database } from '#chassis/db/connect.ts';
import { bearerHash } from '../app/bearer-hash.ts';
import type { OAuthState, OAuthStateStore } from '../app/ports.ts';

interface Row {
  payload: Record<string, unknown>;
  consumed: number | null;
}

/** Keeps the state of the authorization server in PostgreSQL, for all replicas together. */
export function oauthStateStore({ sql }: Database): OAuthStateStore {
  const state = ([row]: Row[]): OAuthState | undefined =>
    row && { payload: row.payload, consumed: row.consumed ?? undefined };
  return {
    async put({ kind, idHash, payload, grantId, accountId, uid, expireTime }) {
      await sql`
        insert into oauth_state (kind, id_hash, payload, grant_id, account_id, uid, expire_time)
        values (${kind}, ${idHash}, ${JSON.stringify(payload)}::text::jsonb, ${grantId ?? null}, ${accountId ?? null}, ${uid ?? null}, ${expireTime})
        on conflict (kind, id_hash) do update set payload = excluded.payload, grant_id = excluded.grant_id,
          account_id = excluded.account_id, uid = excluded.uid, expire_time = excluded.expire_time`;
    },

    async find(kind, idHash) {
      return state(
        await sql<Row[]>`
        select payload, extract(epoch from consume_time)::float8 as consumed from oauth_state
        where kind = ${kind} and id_hash = ${idHash}`,
      );
    },

    async findByUid(kind, uid) {
      return state(
        await sql<Row[]>`
        select payload, extract(epoch from consume_time)::float8 as consumed from oauth_state
        where kind = ${kind} and uid = ${uid}`,
      );
    },

    async consume(kind, idHash) {
      const { count } = await sql`
        update oauth_state set consume_time = now() where kind = ${kind} and id_hash = ${idHash} and consume_time is null`;
      return count === 1;
    },

    async remove(kind, idHash) {
      await sql`
        with gone as (delete from oauth_state where kind = ${kind} and id_hash = ${idHash} returning kind)
        insert into revocation (id)
        select ${idHash.toString('base64url')} from gone where kind in ('AccessToken', 'ClientCredentials')
        on conflict do nothing`;
    },

    async removeOfGrant(kind, grantId) {
      await sql`
        with gone as (delete from oauth_state where kind = ${kind} and grant_id = ${grantId})
        insert into revocation (id) values (${grantId}) on conflict do nothing`;
    },

    async endGrant(grantId) {
      await sql`
        with gone as (
          delete from oauth_state where grant_id = ${grantId} or (kind = 'Grant' and id_hash = ${bearerHash(grantId)})
        )
        insert into revocation (id) values (${grantId}) on conflict do nothing`;
    },
  };
}
