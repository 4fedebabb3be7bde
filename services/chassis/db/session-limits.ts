import type postgres from 'postgres';

/** What a server does about a client that went without a word: after a minute at most its locks are free. Times in milliseconds have their unit, others are seconds. */
const LIMITS = {
  idle_in_transaction_session_timeout: '30s',
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '30s',
};

/**
 * Keeps with the database, for every session that begins from now on, how soon the server lets go of a client that is cut off; by the system's own settings that takes
 * hours, and all the while its row locks stay. A connection pooler refuses such settings from a client that connects. A database that belongs to another role keeps its
 * own.
 */
export async function limitSessions(session: postgres.ISql<{ bigint: bigint }>): Promise<void> {
  const settings = Object.entries(LIMITS).map(
    ([name, value]) => `execute format('alter database %I set ${name} = %L', current_database(), '${value}');`,
  );
  await session.unsafe(`do $$ begin ${settings.join(' ')} exception when insufficient_privilege then null; end $$`);
}
