/** What the tests of catalog share: the real store on a real database, and what it told others. */
import { fromBinary } from '@bufbuild/protobuf';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { ProductPublishedSchema } from '#gen/tradewind/catalog/events/v1/catalog_events_pb.ts';
import { catalogMigrations } from './catalog.ts';
import type { ProductInput } from './domain/product.ts';
import { outboxRowOf } from './events/publish.ts';
import { productStore } from './store/product-store.ts';

export const EUR = 1_000_000_000n;

/** Opens a fresh catalogue. */
export async function openCatalog() {
  const db = await testDatabase([catalogMigrations]);
  return {
    db,
    store: productStore(db, outboxRowOf),
    /** The short names of a product's events, in the order they were written. */
    async events(productId: string) {
      const rows = await db.sql<{ subject: string }[]>`
        select subject from outbox where aggregate_id = ${productId} order by seq`;
      return rows.map(({ subject }) => subject.slice(subject.lastIndexOf('.') + 1));
    },
    /** The versions in which a product was published, in the order they were told. */
    async publishedVersions(productId: string) {
      const rows = await db.sql<{ payload: Uint8Array }[]>`
        select payload from outbox where aggregate_id = ${productId} and subject = ${ProductPublishedSchema.typeName} order by seq`;
      return rows.map(({ payload }) => fromBinary(ProductPublishedSchema, payload).version);
    },
  };
}

export type OpenCatalog = Awaited<ReturnType<typeof openCatalog>>;

/** A published product of 249.90 EUR, but for what is said of it. */
export function productInput(said: Partial<ProductInput> = {}): ProductInput {
  return {
    sku: 'TENT-1',
    title: 'Alpine tent',
    description: 'Stands in any wind.',
    brand: 'Norrland',
    category: 'Outdoor/Tents',
    priceNanos: 249_900_000_000n,
    currency: 'EUR',
    weightGrams: 2400,
    backorderable: false,
    imageUrls: ['https://shop.example/tent.jpg'],
    state: 'PUBLISHED',
    ...said,
  };
}

/** Bytes as a network would bring them: in pieces of `size`. */
export async function* inPieces(text: string | Uint8Array, size = 7): AsyncIterable<Uint8Array> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Everything of an iterable. */
export function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(items);
}
