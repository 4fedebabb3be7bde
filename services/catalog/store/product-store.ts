import type { Database } from '#chassis/db/connect.ts';
import { inTransaction } from '#chassis/db/transaction.ts';
import { type OutboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import type { ProductStore, UpsertOutcome } from '../app/ports.ts';
import type { ProductFact } from '../domain/product.ts';
import { below, COLUMNS, productOf, type RawProduct, rawOf } from './product-row.ts';
import { searchProducts } from './search.ts';
import { storeProducts } from './store-products.ts';

/** Products in PostgreSQL. */
export function productStore(db: Database, outboxRowOf: (fact: ProductFact) => OutboxRow): ProductStore {
  const { sql } = db;
  return {
    async find(ids) {
      const rows = await sql<RawProduct[]>`select ${sql(COLUMNS)} from product where id = any(${[...ids]}::uuid[])`;
      return rows.map(productOf);
    },

    async list(category, after, limit) {
      const rows = await sql<RawProduct[]>`
        select ${sql(COLUMNS)} from product
        where state = 'PUBLISHED' and (${category} = '' or category = ${category} or category like ${below(category)})
          and (${after === undefined} or (title, id) > (${after?.title ?? ''}, ${after?.id ?? null}::uuid))
        order by title, id limit ${limit}`;
      return rows.map(productOf);
    },

    search: (words, filter, offset, limit) => searchProducts(db, words, filter, offset, limit),

    async upsert(requestId, requestHash, input) {
      const outcome = await inTransaction<UpsertOutcome>(db, async (tx) => {
        const [stored] = await storeProducts(tx, [input], outboxRowOf);
        if (!stored) throw new Error(`${input.sku} was not stored`);
        const [first] = await tx`
          insert into product_request (request_id, request_hash, answer)
          values (${requestId}, ${requestHash}, ${tx.json(rawOf(stored.product) as never)})
          on conflict (request_id) do nothing returning request_id`;
        if (first) return { kind: 'stored', product: stored.product };
        throw new Repeated();
      }).catch((error: unknown) => {
        if (error instanceof Repeated) return firstAnswer(db, requestId, requestHash);
        throw error;
      });
      wakeOutbox(db);
      return outcome;
    },

    async storeAll(inputs) {
      const stored = await inTransaction(db, (tx) => storeProducts(tx, inputs, outboxRowOf));
      wakeOutbox(db);
      return stored;
    },
  };
}

/** Undoes what a repeated request was about to store. */
class Repeated extends Error {}

async function firstAnswer({ sql }: Database, requestId: string, requestHash: Uint8Array): Promise<UpsertOutcome> {
  const [row] = await sql<{ request_hash: Uint8Array; answer: RawProduct }[]>`
    select request_hash, answer from product_request where request_id = ${requestId}`;
  if (!row || !Buffer.from(row.request_hash).equals(requestHash)) return { kind: 'reused' };
  return { kind: 'stored', product: productOf(row.answer) };
}
