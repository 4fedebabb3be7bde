/** Names the inbox's columns once for ordinary queries; `inbox.sql` makes the table. */
import { index, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const inboxTable = pgTable(
  'inbox',
  {
    consumer: text('consumer').notNull(),
    eventId: uuid('event_id').notNull(),
    seenAt: timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.consumer, table.eventId] }), index('inbox_seen_at').on(table.seenAt)],
);

/** A mark outlives by far the time in which its event may still come again: the broker redelivers for minutes, a relay that crashed publishes again within seconds. */
export const INBOX_AGEING = { table: 'inbox', madeAt: 'seen_at', keepDays: 7 };
