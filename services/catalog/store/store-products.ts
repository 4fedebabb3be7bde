import type { Transaction } from '#chassis/db/transaction.ts';
import { newId } from '#chassis/ids.ts';
import { appendOutbox, type OutboxRow } from '#chassis/outbox/append.ts';
import type { Stored } from '../app/ports.ts';
import { factsOf, isChanged, type Product, type ProductFact, type ProductInput } from '../domain/product.ts';
import { COLUMNS, productOf, type RawProduct, rawOf } from './product-row.ts';

/** Writers of the catalogue take turns, so that two that bring the same new SKU agree on one product. Readers never wait. */
const WRITERS_LOCK = 7_240_101;

/** Stores products within a transaction: those that are new or say something new, with their events; the others are left alone. */
export async function storeProducts(
  tx: Transaction,
  inputs: readonly ProductInput[],
  outboxRowOf: (fact: ProductFact) => OutboxRow,
): Promise<Stored[]> {
  await tx`select pg_advisory_xact_lock(${WRITERS_LOCK})`;
  const rows = await tx<
    RawProduct[]
  >`select ${tx(COLUMNS)} from product where sku = any(${inputs.map(({ sku }) => sku)})`;
  const known = new Map(rows.map((row) => [row.sku, productOf(row)]));
  const now = new Date();
  const stored = inputs.map((input): Stored & { before: Product | undefined } => {
    const before = known.get(input.sku);
    if (!before) {
      const product = { ...input, id: newId(), version: 1n, createTime: now, updateTime: now };
      return { product, before, change: 'created' };
    }
    if (!isChanged(before, input)) return { product: before, before, change: 'unchanged' };
    const { id, version, createTime } = before;
    return { product: { ...input, id, version: version + 1n, createTime, updateTime: now }, before, change: 'updated' };
  });
  const changed = stored.filter(({ change }) => change !== 'unchanged');
  if (changed.length > 0) {
    await tx`
      insert into product (${tx(COLUMNS)})
      select ${tx(COLUMNS)} from jsonb_populate_recordset(null::product, ${tx.json(changed.map(({ product }) => rawOf(product)) as never)})
      on conflict (sku) do update set
        title = excluded.title, description = excluded.description, brand = excluded.brand, category = excluded.category,
        price_nanos = excluded.price_nanos, currency = excluded.currency, weight_grams = excluded.weight_grams,
        backorderable = excluded.backorderable, image_urls = excluded.image_urls, state = excluded.state,
        version = excluded.version, update_time = excluded.update_time`;
  }
  await appendOutbox(
    tx,
    changed.flatMap(({ before, product }) => factsOf(before, product).map(outboxRowOf)),
  );
  return stored.map(({ product, change }) => ({ product, change }));
}
