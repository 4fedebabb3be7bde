import type { Database } from '#chassis/db/connect.ts';

const EVERY_MS = 60 * 60_000;

/** Removes what can no longer matter: sessions that ended, with their spent tokens, windows that closed, links that went stale, security events of three months ago, and what the authorization server no longer honours. */
async function prune({ sql }: Database, now: Date): Promise<void> {
  await sql`delete from session where expire_time < ${now}`;
  await sql`delete from login_attempt where window_end_time < ${now}`;
  await sql`delete from revocation where revoke_time < ${now}::timestamptz - interval '1 day' and relay_time is not null`;
  await sql`delete from one_time_link where expire_time < ${now}`;
  await sql`delete from security_event where create_time < ${now}::timestamptz - interval '90 days'`;
  await sql`delete from oauth_state where expire_time < ${now}`;
}

/** Prunes every hour until stopped. A failure is told to `onError` and made good an hour later. */
export function startPruning(db: Database, now: () => Date, onError: (error: unknown) => void): { stop(): void } {
  const timer = setInterval(() => void prune(db, now()).catch(onError), EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
