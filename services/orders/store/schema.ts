/** Names the tables of orders once for ordinary queries; `migrations/` makes them. */
import { bigint, customType, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { OrderEvent } from '../domain/event.ts';
import type { Money } from '../domain/money.ts';
import type { Order, OrderState } from '../domain/order.ts';

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const moment = (name: string) => timestamp(name, { withTimezone: true });

export const orders = pgTable('orders', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  state: text('state').notNull().$type<OrderState>(),
  version: bigint('version', { mode: 'number' }).notNull(),
  data: jsonb('data').notNull().$type<Order>(),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
});

export const orderEvent = pgTable(
  'order_event',
  {
    orderId: uuid('order_id').notNull(),
    version: bigint('version', { mode: 'number' }).notNull(),
    type: text('type').notNull(),
    data: jsonb('data').notNull().$type<OrderEvent>(),
    occurredAt: moment('occurred_at').notNull(),
    correlationId: text('correlation_id'),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.version] })],
);

export const orderRequest = pgTable(
  'order_request',
  {
    userId: uuid('user_id').notNull(),
    requestId: uuid('request_id').notNull(),
    requestHash: bytea('request_hash').notNull(),
    orderId: uuid('order_id').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.requestId] })],
);

export const cartItem = pgTable(
  'cart_item',
  {
    userId: uuid('user_id').notNull(),
    productId: uuid('product_id').notNull(),
    quantity: bigint('quantity', { mode: 'number' }).notNull(),
    addedAt: moment('added_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.productId] })],
);

export const orderSummary = pgTable(
  'order_summary',
  {
    generation: integer('generation').notNull(),
    orderId: uuid('order_id').notNull(),
    userId: uuid('user_id').notNull(),
    state: text('state').notNull().$type<OrderState>(),
    version: bigint('version', { mode: 'number' }).notNull(),
    productIds: uuid('product_ids').array(),
    total: jsonb('total').$type<Money>(),
    placedAt: moment('placed_at'),
  },
  (table) => [primaryKey({ columns: [table.generation, table.orderId] })],
);

export const customerName = pgTable(
  'customer_name',
  {
    generation: integer('generation').notNull(),
    userId: uuid('user_id').notNull(),
    name: text('name').notNull(),
    version: bigint('version', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.generation, table.userId] })],
);

export const productTitle = pgTable(
  'product_title',
  {
    generation: integer('generation').notNull(),
    productId: uuid('product_id').notNull(),
    title: text('title').notNull(),
    version: bigint('version', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.generation, table.productId] })],
);

export const projection = pgTable('projection', {
  name: text('name').primaryKey(),
  serving: integer('serving').notNull(),
  building: integer('building'),
  builtAt: moment('built_at'),
});
