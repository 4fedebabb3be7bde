/** Keeps where to reach people. Events may come late or twice: only a higher version of the account changes anything. */
import type { Database } from '#chassis/db/connect.ts';
import type { AddressBook } from '../app/ports.ts';

export function addressBook({ sql }: Database): AddressBook {
  return {
    async record({ userId, email, displayName, version }) {
      await sql`
        insert into address_book (user_id, email, display_name, version)
        values (${userId}, ${email}, ${displayName}, ${version})
        on conflict (user_id) do update set email = excluded.email, display_name = excluded.display_name, version = excluded.version
        where address_book.version < excluded.version`;
    },

    async forget(userId, version) {
      await sql`
        with forgotten as (
          insert into address_book (user_id, email, display_name, version) values (${userId}, null, '', ${version})
          on conflict (user_id) do update set email = null, display_name = '', version = excluded.version
          where address_book.version < excluded.version
          returning user_id
        ), unmuted as (
          delete from preference using forgotten where preference.user_id = forgotten.user_id
        )
        update notification set state = 'SUPPRESSED' from forgotten
        where notification.user_id = forgotten.user_id and state = 'PENDING'`;
    },
  };
}
