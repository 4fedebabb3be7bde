import type { Transaction } from '#chassis/db/transaction.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { appendOutbox, type OutboxRow } from '#chassis/outbox/append.ts';
import type { UserChanges } from '../app/changes.ts';
import { erased, type User, type UserFact } from '../domain/user.ts';
import { endApiKeys } from './end-api-keys.ts';
import { endSessions } from './end-sessions.ts';
import { toUser, type UserRow } from './user-row.ts';

/** Changes users within a transaction of PostgreSQL. */
export function userChanges(tx: Transaction, announce: (fact: UserFact) => OutboxRow): UserChanges {
  async function locked(id: string): Promise<User | undefined> {
    const [row] = await tx<UserRow[]>`select * from user_account where id = ${id} for update`;
    return row && toUser(row);
  }

  return {
    async update(id, change, ends) {
      const before = await locked(id);
      const after = before && change(before);
      if (!after || after === before) return after;
      await tx`
        update user_account set email = ${after.email}, display_name = ${after.displayName}, roles = ${[...after.roles]},
          state = ${after.state}, version = ${after.version}
        where id = ${id}`.catch((error: unknown) => {
        throw isTaken(error) ? new DomainError('EMAIL_TAKEN', {}, { cause: error }) : error;
      });
      if (ends?.endSessions(before, after)) await endSessions(tx, { userId: id }, new Date());
      if (ends?.endKeys) await endApiKeys(tx, id, 'for now', new Date());
      await appendOutbox(tx, [announce({ kind: 'updated', user: after })]);
      return after;
    },

    async setPassword({ id, passwordHash, except, endKeys, now }) {
      const [changed] = await tx<UserRow[]>`
        update user_account set password_hash = ${passwordHash} where id = ${id} and state <> 'ERASED' returning *`;
      if (!changed) return undefined;
      await endSessions(tx, { userId: id, except }, now);
      if (endKeys) await endApiKeys(tx, id, 'forever', now);
      return toUser(changed);
    },

    async erase(id) {
      const before = await locked(id);
      if (!before) return false;
      const after = erased(before);
      if (after === before) return true;
      await tx`
        update user_account set email = null, display_name = '', password_hash = null, request_fingerprint = null,
          roles = '{}', state = ${after.state}, version = ${after.version}
        where id = ${id}`;
      await endSessions(tx, { userId: id }, new Date());
      await tx`delete from session where user_id = ${id}`;
      await tx`delete from oauth_state where account_id = ${id}`;
      await tx`
        with keys as (delete from api_key where user_id = ${id} returning id)
        insert into revocation (id) select id::text from keys on conflict do nothing`;
      await tx`delete from one_time_link where user_id = ${id}`;
      await tx`delete from account_mail where user_id = ${id}`;
      await tx`delete from security_event where user_id = ${id}`;
      // Earlier events name the person; those already sent are of no more use here.
      await tx`delete from outbox where aggregate_id = ${id} and published_at is not null`;
      await appendOutbox(tx, [announce({ kind: 'erased', user: after })]);
      return true;
    },
  };
}

const UNIQUE_VIOLATION = '23505';

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}
