/** Names the saga table's columns once for ordinary queries; `saga.sql` makes the table. */
import { bigint, boolean, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { SagaFailure } from './define.ts';

export type SagaStatus = 'running' | 'compensating' | 'completed' | 'compensated' | 'parked';

/** Something that happened to a saga; repeats of one outcome of one step are counted, not listed. */
export interface SagaMove {
  step: string;
  outcome: 'done' | 'undone' | 'refused' | 'failed' | 'postponed' | 'resumed';
  time: string;
  problem?: string;
  times?: number;
}

export const sagaTable = pgTable('saga', {
  id: uuid('id').primaryKey(),
  kind: text('kind').notNull(),
  subject: text('subject').notNull(),
  state: jsonb('state').notNull().$type<object>(),
  step: integer('step').notNull(),
  status: text('status').notNull().$type<SagaStatus>(),
  attempts: integer('attempts').notNull(),
  touched: boolean('touched').notNull(),
  wakeAt: timestamp('wake_at', { withTimezone: true }).notNull(),
  wakes: integer('wakes').notNull(),
  leaseOwner: text('lease_owner'),
  leaseUntil: timestamp('lease_until', { withTimezone: true }),
  version: bigint('version', { mode: 'number' }).notNull(),
  failure: jsonb('failure').$type<SagaFailure>(),
  problem: text('problem'),
  history: jsonb('history').notNull().$type<SagaMove[]>(),
  cancelRequested: boolean('cancel_requested').notNull(),
  correlation: text('correlation'),
  traceparent: text('traceparent'),
  startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull(),
});

export type SagaRow = typeof sagaTable.$inferSelect;

export const ended: readonly SagaStatus[] = ['completed', 'compensated'];
