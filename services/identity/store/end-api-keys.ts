import type { Transaction } from '#chassis/db/transaction.ts';

/** Ends the API keys of a user, or lets them rest as long as the account does, and has every service told. */
export async function endApiKeys(
  sql: Transaction,
  userId: string,
  how: 'forever' | 'for now',
  now: Date,
): Promise<void> {
  await sql`
    with meant as (
      select id from api_key where user_id = ${userId} and revoke_time is null
    ), ended as (
      update api_key set revoke_time = ${now} from meant where api_key.id = meant.id and ${how === 'forever'}::boolean
    )
    insert into revocation (id) select id::text from meant on conflict (id) do update set revoke_time = now(), relay_time = null`;
}
