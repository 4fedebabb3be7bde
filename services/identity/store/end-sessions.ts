import { bearerHash } from '../app/bearer-hash.ts';
import type { WhichSessions } from '../app/ports.ts';
import type { Statements } from './statements.ts';

/** Ends sessions of a user, and the families of tokens that clients hold for them, and has every service told. Gives how many. */
export async function endSessions(
  sql: Statements['sql'],
  { userId, only, except }: WhichSessions,
  now: Date,
): Promise<number> {
  const isMeant = (id: string) => (only === undefined || id === only) && id !== except;
  const grants = await sql<{ id: string }[]>`
    select distinct grant_id as id from oauth_state where account_id = ${userId} and grant_id is not null`;
  const ended = grants.map(({ id }) => id).filter(isMeant);
  const hashes = ended.map((id) => bearerHash(id).toString('hex'));
  const revoked = await sql`
    with ended as (
      update session set revoke_time = ${now}
      where user_id = ${userId} and revoke_time is null and (${only ?? null}::text is null or id::text = ${only ?? null}::text)
        and id::text is distinct from ${except ?? null}::text
      returning id::text as id
    ), forgotten as (
      delete from oauth_state
      where grant_id = any(${ended}::text[])
        or (kind = 'Grant' and account_id = ${userId}::text and encode(id_hash, 'hex') = any(${hashes}::text[]))
    ), gone as (
      select id from ended union select unnest(${ended}::text[])
    ), told as (
      insert into revocation (id) select id from gone on conflict do nothing
    )
    select id from gone`;
  // A browser's own sign-in at the authorization server would go on to give out tokens.
  if (only === undefined) await sql`delete from oauth_state where account_id = ${userId} and kind = 'Session'`;
  return revoked.length;
}
