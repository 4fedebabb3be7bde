import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Database } from './connect.ts';

/** PostgreSQL's numbers for the types json and jsonb. */
const JSON_TYPES = [114, 3802];

const opened = new WeakMap<Database['sql'], PostgresJsDatabase>();

/**
 * Drizzle over a database's own pool, for ordinary queries. Kept apart from `connect.ts` because loading drizzle costs a process more memory than its work does,
 * and not every service asks it anything.
 */
export function ormOf({ sql }: Pick<Database, 'sql'>): PostgresJsDatabase {
  const known = opened.get(sql);
  if (known) return known;
  const { parsers, serializers } = sql.options;
  const before = { parsers: { ...parsers }, serializers: { ...serializers } };
  const orm = drizzle(sql);
  // Drizzle has made the driver hand out times as text, for everyone who uses the pool. Its columns take times as well.
  Object.assign(parsers, before.parsers);
  Object.assign(serializers, before.serializers);
  // JSON comes from drizzle as text already and from statements written by hand as values.
  for (const type of JSON_TYPES) {
    serializers[type] = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  }
  opened.set(sql, orm);
  return orm;
}
