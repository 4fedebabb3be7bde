/** Names the outbox's columns once for ordinary queries; `outbox.sql` makes the table. */
import { bigint, customType, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const moment = (name: string) => timestamp(name, { withTimezone: true });

export const outboxTable = pgTable('outbox', {
  seq: bigint('seq', { mode: 'bigint' }).primaryKey(),
  id: uuid('id').notNull(),
  subject: text('subject').notNull(),
  aggregateId: text('aggregate_id').notNull(),
  headers: jsonb('headers').notNull().$type<Record<string, string>>(),
  payload: bytea('payload').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  publishedAt: moment('published_at'),
  attempts: integer('attempts').notNull().default(0),
  lastError: text('last_error'),
  deadAt: moment('dead_at'),
});
