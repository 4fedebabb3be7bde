import type { AccountMail, AccountMails } from '../app/ports.ts';
import type { Statements } from './statements.ts';

/** Keeps mails that wait, and hashes of what their links hold, in PostgreSQL. */
export function accountMailStore({ sql }: Statements): AccountMails {
  return {
    async askForReset({ id, email, correlationId, expireTime }) {
      await sql`
        insert into account_mail (id, kind, user_id, email, correlation_id, due_time, expire_time)
        select ${id}::uuid, 'PASSWORD_RESET', id, email, ${correlationId}::text, now(), ${expireTime}::timestamptz
        from user_account where email = ${email} and state = 'ACTIVE'`;
    },

    async put({ id, kind, userId, email, correlationId, expireTime }) {
      await sql`
        insert into account_mail (id, kind, user_id, email, correlation_id, due_time, expire_time)
        values (${id}, ${kind}, ${userId}, ${email}, ${correlationId}, now(), ${expireTime})`;
    },

    async take(limit, leaseSeconds) {
      await sql`delete from account_mail where expire_time < now()`;
      return sql<(AccountMail & { displayName: string; attempts: number })[]>`
        with due as (
          select id from account_mail where due_time <= now() order by due_time limit ${limit} for update skip locked
        )
        update account_mail mail set attempts = attempts + 1, due_time = now() + ${leaseSeconds} * interval '1 second'
        from due, user_account
        where mail.id = due.id and user_account.id = mail.user_id
        returning mail.id, mail.kind, mail.user_id as "userId", mail.email, mail.correlation_id as "correlationId",
          mail.expire_time as "expireTime", mail.attempts, user_account.display_name as "displayName"`;
    },

    async done(id) {
      await sql`delete from account_mail where id = ${id}`;
    },

    async postponed(id, seconds) {
      await sql`update account_mail set due_time = now() + ${seconds} * interval '1 second' where id = ${id}`;
    },

    async keepLink({ tokenHash, kind, userId, email, expireTime }) {
      await sql`
        insert into one_time_link (token_hash, kind, user_id, email, expire_time)
        values (${tokenHash}, ${kind}, ${userId}, ${email}, ${expireTime})`;
    },

    async useLink(tokenHash, kind, now) {
      // The account comes before what belongs to it, as everywhere: two links of one account used at once would deadlock.
      await sql`
        select id from user_account where id = (select user_id from one_time_link where token_hash = ${tokenHash}) for update`;
      const [used] = await sql<{ userId: string; email: string | null }[]>`
        delete from one_time_link where token_hash = ${tokenHash} and kind = ${kind} and expire_time > ${now}
        returning user_id as "userId", email`;
      if (used) await sql`delete from one_time_link where user_id = ${used.userId} and kind = ${kind}`;
      return used;
    },
  };
}
