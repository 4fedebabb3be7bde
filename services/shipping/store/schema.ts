/** Names the table's columns once for ordinary queries; the migration makes the table, and a test compares the two. */
import { bigint, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Address } from '../domain/address.ts';
import type { ShipmentState } from '../domain/shipment.ts';

const time = (name: string) => timestamp(name, { withTimezone: true });

export const shipmentTable = pgTable('shipment', {
  id: uuid('id').primaryKey(),
  orderId: uuid('order_id').notNull(),
  requestId: uuid('request_id').notNull().unique(),
  requestHash: text('request_hash'),
  state: text('state').notNull().$type<ShipmentState>(),
  address: jsonb('address').$type<Address>(),
  weightGrams: bigint('weight_grams', { mode: 'bigint' }).notNull().default(0n),
  trackingNumber: text('tracking_number').unique(),
  createTime: time('create_time').notNull().defaultNow(),
  dispatchTime: time('dispatch_time'),
  deliverTime: time('deliver_time'),
  correlation: text('correlation'),
  traceparent: text('traceparent'),
  lastEventId: uuid('last_event_id'),
});
