/** Names the tables' columns once; the migration makes the tables, and a test compares the two. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });
const nanos = customType<{ data: string }>({ dataType: () => 'numeric(30,0)' });
const time = (name: string) => timestamp(name, { withTimezone: true }).notNull().defaultNow();

export const productTable = pgTable('product', {
  id: uuid('id').primaryKey(),
  sku: text('sku').notNull().unique(),
  title: text('title').notNull(),
  description: text('description').notNull(),
  brand: text('brand').notNull(),
  category: text('category').notNull(),
  priceNanos: nanos('price_nanos').notNull(),
  currency: text('currency').notNull(),
  weightGrams: integer('weight_grams').notNull(),
  backorderable: boolean('backorderable').notNull(),
  imageUrls: jsonb('image_urls').notNull().$type<string[]>(),
  state: text('state').notNull().$type<'DRAFT' | 'PUBLISHED' | 'RETIRED'>(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  createTime: time('create_time'),
  updateTime: time('update_time'),
  search: tsvector('search')
    .notNull()
    .generatedAlwaysAs(
      sql`setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', brand || ' ' || category), 'B')
        || setweight(to_tsvector('english', description), 'C')`,
    ),
  words: text('words').notNull().generatedAlwaysAs(sql`lower(title || ' ' || brand || ' ' || category)`),
});

export const productRequestTable = pgTable(
  'product_request',
  {
    requestId: uuid('request_id').primaryKey(),
    requestHash: bytea('request_hash').notNull(),
    answer: jsonb('answer').notNull(),
    createTime: time('create_time'),
  },
  (table) => [index('product_request_create_time').on(table.createTime)],
);

/** The contract promises to know a request_id for a day; the rest of the week is for scripts that failed before a weekend. */
export const requestAgeing = { table: 'product_request', madeAt: 'create_time', keepDays: 7 };
