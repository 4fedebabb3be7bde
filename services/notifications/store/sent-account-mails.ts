import type { Database } from '#chassis/db/connect.ts';
import type { SentMails } from '../app/send-account-mail.ts';

/** Remembers which mails about accounts were sent, and nothing of what they said. */
export function sentAccountMails({ sql }: Database): SentMails {
  return {
    async has(requestId) {
      const found = await sql`select 1 from account_mail_sent where request_id = ${requestId}`;
      return found.length > 0;
    },
    async add(requestId) {
      await sql`insert into account_mail_sent (request_id) values (${requestId}) on conflict do nothing`;
    },
  };
}
