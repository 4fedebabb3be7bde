import postgres from 'postgres';
import { arrayTypes } from './array-types.ts';
import { endWithCall } from './call-bound.ts';
import { observed, type StatementObserver } from './statement.ts';
import { traceStatement, traceTransaction } from './statement-span.ts';

/** A service's one pool: `sql` for statements written by hand; `ormOf` gives drizzle over the same connections. */
export interface Database {
  readonly sql: postgres.Sql<{ bigint: bigint }>;
  readonly url: string;
  /** Answers when the database does; rejects when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const observer: StatementObserver = {
  made(statement) {
    endWithCall(statement);
    traceStatement(statement);
  },
  transaction: traceTransaction,
};

/** Opens a pool of at most `max` connections, made when first needed. Statements are prepared once per connection, and end with the call that needs them; `bigint` columns are JavaScript bigints. */
export function connectDatabase(options: { url: string; max: number; service: string }): Database {
  const sql = postgres(options.url, {
    max: options.max,
    idle_timeout: 60,
    connect_timeout: 10,
    onnotice: () => {},
    connection: { application_name: options.service },
    fetch_types: false,
    types: { ...arrayTypes, bigint: postgres.BigInt },
  });
  return {
    sql: observed(sql, observer),
    url: options.url,
    ping: async () => void (await sql`select 1`),
    close: () => sql.end({ timeout: 5 }),
  };
}
