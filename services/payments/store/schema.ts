/** Names the tables' columns once for ordinary queries; the migrations make the tables, and a test compares the two. The sandbox's books are not ours to name. */
import { customType, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { decimalOf, nanosOfDecimal } from '../domain/decimal.ts';
import type { PaymentState, Refund } from '../domain/payment.ts';

/** An amount in billionths of a unit, exact. */
const money = customType<{ data: bigint; driverData: string }>({
  dataType: () => 'numeric(38,9)',
  toDriver: decimalOf,
  fromDriver: nanosOfDecimal,
});
const time = (name: string) => timestamp(name, { withTimezone: true });

export const paymentTable = pgTable('payment', {
  id: uuid('id').primaryKey(),
  orderId: uuid('order_id').notNull(),
  requestId: uuid('request_id').notNull().unique(),
  requestHash: text('request_hash'),
  providerKey: uuid('provider_key').notNull().unique(),
  state: text('state').notNull().$type<PaymentState>(),
  amount: money('amount'),
  currency: text('currency'),
  captured: money('captured').notNull().default(0n),
  refunded: money('refunded').notNull().default(0n),
  refundClaimed: money('refund_claimed').notNull().default(0n),
  declineCode: text('decline_code').notNull().default(''),
  doubtUntil: time('doubt_until'),
  createTime: time('create_time').notNull().defaultNow(),
  updateTime: time('update_time').notNull().defaultNow(),
});

export const refundTable = pgTable('refund', {
  id: uuid('id').primaryKey(),
  paymentId: uuid('payment_id').notNull(),
  requestId: uuid('request_id').notNull().unique(),
  requestHash: text('request_hash').notNull(),
  amount: money('amount').notNull(),
  reason: text('reason').notNull(),
  state: text('state').notNull().$type<Refund['state']>(),
  doubtUntil: time('doubt_until'),
  createTime: time('create_time').notNull().defaultNow(),
  updateTime: time('update_time').notNull().defaultNow(),
});
