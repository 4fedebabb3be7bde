/** Names the tables of notifications once for ordinary queries; `migrations/` makes them. */
import { bigint, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Facts, Kind, State } from '../domain/notification.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true });

export const addressBookTable = pgTable('address_book', {
  userId: uuid('user_id').primaryKey(),
  email: text('email'),
  displayName: text('display_name').notNull(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
});

export const preferenceTable = pgTable('preference', {
  userId: uuid('user_id').primaryKey(),
  mutedKinds: text('muted_kinds').array().notNull().$type<Kind[]>(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
});

export const accountMailSentTable = pgTable('account_mail_sent', {
  requestId: uuid('request_id').primaryKey(),
  sentAt: moment('sent_at').notNull().defaultNow(),
});

export const notificationTable = pgTable('notification', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  orderId: uuid('order_id').notNull(),
  kind: text('kind').notNull().$type<Kind>(),
  state: text('state').notNull().default('PENDING').$type<State>(),
  facts: jsonb('facts').notNull().$type<Facts>(),
  attempts: integer('attempts').notNull().default(0),
  dueAt: moment('due_at').notNull().defaultNow(),
  leaseUntil: moment('lease_until'),
  problem: text('problem'),
  createdAt: moment('created_at').notNull().defaultNow(),
  sentAt: moment('sent_at'),
  eventId: uuid('event_id').notNull(),
  correlationId: text('correlation_id').notNull(),
  traceparent: text('traceparent'),
});
