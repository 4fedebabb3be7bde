import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

/** A service's one pool: `sql` for hot, hand-written statements, `orm` for ordinary queries over the same connections. */
export interface Database {
  readonly sql: postgres.Sql<{ bigint: bigint }>;
  readonly orm: PostgresJsDatabase;
  readonly url: string;
  /** Answers when the database does; rejects when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a pool of at most `max` connections, made when first needed. Statements are prepared once per connection; `bigint` columns are JavaScript bigints. */
export function connectDatabase(options: { url: string; max: number; service: string }): Database {
  const sql = postgres(options.url, {
    max: options.max,
    idle_timeout: 60,
    connect_timeout: 10,
    onnotice: () => {},
    connection: { application_name: options.service },
    types: { bigint: postgres.BigInt },
  });
  const orm = drizzle(postgres(options.url, { max: options.max, idle_timeout: 60, onnotice: () => {} }));
  return {
    sql,
    orm,
    url: options.url,
    ping: async () => void (await sql`select 1`),
    close: async () => {
      await Promise.all([sql.end({ timeout: 5 }), orm.$client.end({ timeout: 5 })]);
    },
  };
}
