import { causesOf } from '../causes.ts';

/** What postgres.js says when a connection ended or never came. */
const CONNECTION_LOST = /^CONNECTION_|^CONNECT_TIMEOUT$|^E(?:CONNRESET|CONNREFUSED|PIPE|TIMEDOUT)$/;
/** PostgreSQL's own words for it: connection exceptions, too many connections, shutting down, crashed, starting up. */
const SERVER_AWAY = /^(?:08...|53300|57P0[123])$/;
/** PostgreSQL calls fatal what ends a session, or keeps it from beginning, and only that. */
const SESSION_ENDED = 'FATAL';

/** Whether a failure, or what caused it, is a database that cannot be reached now: it restarts, or the way there broke. Trying again is right. */
export function databaseAway(failure: unknown): boolean {
  return errorsOf(failure).some(
    ({ code, severity }) =>
      severity === SESSION_ENDED ||
      (typeof code === 'string' && (CONNECTION_LOST.test(code) || SERVER_AWAY.test(code))),
  );
}

/** What PostgreSQL says of a statement that was cancelled. */
const QUERY_CANCELED = '57014';

/**
 * Whether a failure, or what caused it, is a statement that was cancelled. A cancellation names a connection and not a statement: one that comes late, for a statement
 * that has just ended, meets the next on its connection, whosever that is.
 */
export function statementCancelled(failure: unknown): boolean {
  return errorsOf(failure).some(({ code }) => code === QUERY_CANCELED);
}

interface Failure extends Error {
  code?: unknown;
  severity?: unknown;
}

const errorsOf = (failure: unknown): Failure[] => causesOf(failure).filter((cause) => cause instanceof Error);
