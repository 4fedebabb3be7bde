/** What postgres.js says when a connection ended or never came. */
const CONNECTION_LOST = /^CONNECTION_|^CONNECT_TIMEOUT$|^E(?:CONNRESET|CONNREFUSED|PIPE|TIMEDOUT)$/;
/** PostgreSQL's own words for it: connection exceptions, too many connections, shutting down, crashed, starting up. */
const SERVER_AWAY = /^(?:08...|53300|57P0[123])$/;
/** PostgreSQL calls fatal what ends a session, or keeps it from beginning, and only that. */
const SESSION_ENDED = 'FATAL';
const DEEPEST = 5;

/** Whether a failure, or what caused it, is a database that cannot be reached now: it restarts, or the way there broke. Trying again is right. */
export function databaseAway(failure: unknown): boolean {
  for (let at = failure, depth = 0; at instanceof Error && depth < DEEPEST; at = at.cause, depth++) {
    const { code, severity } = at as { code?: unknown; severity?: unknown };
    if (severity === SESSION_ENDED) return true;
    if (typeof code === 'string' && (CONNECTION_LOST.test(code) || SERVER_AWAY.test(code))) return true;
  }
  return false;
}
