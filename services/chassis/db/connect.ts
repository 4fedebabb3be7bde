import postgres from 'postgres';
import { arrayTypes } from './array-types.ts';
import { openLines } from './lines.ts';
import { observed } from './observed.ts';
import { traceStatement, traceTransaction } from './statement-span.ts';
import { workBound } from './work-bound.ts';

/** A service's one pool: `sql` for statements written by hand; `ormOf` gives drizzle over the same connections. */
export interface Database {
  readonly sql: postgres.Sql<{ bigint: bigint }>;
  readonly url: string;
  /** Answers when the database does; rejects when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** An idle connection is asked after this many seconds whether the server is still there, and then ten times, once a second. */
export const KEEP_ALIVE_SECONDS = 10;

/** Opens a pool of at most `max` connections, made when first needed. Statements are prepared once per connection, and end with the work that needs them; `bigint` columns are JavaScript bigints. */
export function connectDatabase(options: { url: string; max: number; service: string }): Database {
  const lines = openLines();
  const bound = workBound(lines);
  const settings = {
    max: options.max,
    idle_timeout: 60,
    connect_timeout: 10,
    keep_alive: KEEP_ALIVE_SECONDS,
    // The driver's types do not know it, but its description does.
    socket: lines.open,
    onnotice: () => {},
    connection: { application_name: options.service },
    fetch_types: false,
    types: { ...arrayTypes, bigint: postgres.BigInt },
  };
  const sql = postgres(options.url, settings);
  return {
    sql: observed(sql, {
      made(statement) {
        bound.made(statement);
        traceStatement(statement);
      },
      transaction: (run) => traceTransaction(() => bound.transaction(run)),
    }),
    url: options.url,
    ping: async () => void (await sql`select 1`),
    close: () => sql.end({ timeout: 5 }),
  };
}
