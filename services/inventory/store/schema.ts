/** Names the tables' columns once; the migration makes the tables, and a test compares the two. */
import { bigint, boolean, customType, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const pieces = (name: string) => bigint(name, { mode: 'bigint' }).notNull();
const time = (name: string) => timestamp(name, { withTimezone: true }).notNull();

export const stockTable = pgTable(
  'stock',
  {
    productId: uuid('product_id').notNull(),
    warehouse: text('warehouse').notNull(),
    onHand: pieces('on_hand').default(0n),
    reserved: pieces('reserved').default(0n),
    sold: pieces('sold').default(0n),
    received: pieces('received').default(0n),
    version: pieces('version').default(0n),
    lowThreshold: pieces('low_threshold').default(5n),
    lowAnnounced: boolean('low_announced').notNull().default(true),
  },
  (table) => [primaryKey({ columns: [table.productId, table.warehouse] })],
);

export const reservationTable = pgTable('reservation', {
  id: uuid('id').primaryKey(),
  requestId: uuid('request_id').notNull().unique(),
  requestHash: bytea('request_hash'),
  orderId: uuid('order_id').notNull(),
  state: text('state').notNull().$type<'HELD' | 'COMMITTED' | 'RELEASED' | 'EXPIRED'>(),
  expireTime: time('expire_time'),
  createTime: time('create_time').defaultNow(),
});

export const reservationLineTable = pgTable(
  'reservation_line',
  {
    reservationId: uuid('reservation_id').notNull(),
    productId: uuid('product_id').notNull(),
    warehouse: text('warehouse').notNull(),
    quantity: pieces('quantity'),
  },
  (table) => [primaryKey({ columns: [table.reservationId, table.productId, table.warehouse] })],
);

export const adjustmentTable = pgTable('adjustment', {
  requestId: uuid('request_id').primaryKey(),
  requestHash: bytea('request_hash').notNull(),
  productId: uuid('product_id').notNull(),
  warehouse: text('warehouse').notNull(),
  delta: pieces('delta'),
  available: pieces('available'),
  reserved: pieces('reserved'),
  version: pieces('version'),
  createTime: time('create_time').defaultNow(),
});
