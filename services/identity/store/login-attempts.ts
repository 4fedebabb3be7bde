import { createHash } from 'node:crypto';
import type { LoginAttempts } from '../app/ports.ts';
import type { Statements } from './statements.ts';

/** Counts tries to sign in, in PostgreSQL, so that an attacker gains nothing by spreading them over replicas. */
export function loginAttempts({ sql }: Statements): LoginAttempts {
  return {
    async count(account, address, now, windowSeconds) {
      const windowEnds = new Date(now.getTime() + windowSeconds * 1000);
      // Accounts before addresses, always: two statements that lock in different orders would deadlock.
      const accountKey = keyOf('account', account);
      const addressKey = address ? keyOf('address', address) : null;
      const rows = await sql<{ key: Buffer; count: number; window_end_time: Date }[]>`
        insert into login_attempt as known (key, count, window_end_time)
        select key, 1, ${windowEnds}::timestamptz
        from (values (1, ${accountKey}::bytea), (2, ${addressKey}::bytea)) as given (position, key)
        where key is not null order by position
        on conflict (key) do update set
          count = case when known.window_end_time <= ${now} then 1 else known.count + 1 end,
          window_end_time = case when known.window_end_time <= ${now} then excluded.window_end_time else known.window_end_time end
        returning key, count, window_end_time`;
      return rows.map(({ key, count, window_end_time }) => ({
        scope: accountKey.equals(key) ? 'account' : 'address',
        count,
        windowEnds: window_end_time,
      }));
    },

    async block(address, until) {
      await sql`
        update login_attempt set window_end_time = greatest(window_end_time, ${until}) where key = ${keyOf('address', address)}`;
    },

    async forgive(account, address) {
      const accountKey = keyOf('account', account);
      const addressKey = keyOf('address', address ?? '');
      // Reading what was cleared has the account locked first, as `count` does.
      await sql`
        with cleared as (delete from login_attempt where key = ${accountKey} returning key)
        update login_attempt set count = greatest(login_attempt.count - 1, 0)
        from (select count(*) from cleared) as accounts where key = ${addressKey}`;
    },
  };
}

function keyOf(scope: 'account' | 'address', value: string): Buffer {
  return createHash('sha256').update(`${scope}:${value}`).digest();
}
