/** Keeps where to reach people. Events may come late or twice: only a higher version of the account changes anything. */
import type { Database } from '#chassis/db/connect.ts';

export interface AddressBook {
  record(person: { userId: string; email: string; displayName: string; version: bigint }): Promise<void>;
  /** Forgets a person, and lets go of what was still to be sent to them. */
  forget(userId: string, version: bigint): Promise<void>;
}

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
