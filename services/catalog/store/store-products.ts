import type { Transaction } from '#chassis/db/transaction.ts';
import { newId } from '#chassis/ids.ts';
import { appendOutbox, type OutboxRow } from '#chassis/outbox/append.ts';
import type { Stored } from '../app/ports.ts';
import { factsOf, isChanged, type Product, type ProductFact, type ProductInput } from '../domain/product.ts';
import { COLUMNS, productOf, type RawProduct, rawOf } from './product-row.ts';

/** The kind of advisory lock by which writers of one SKU take turns, so that two that bring a new one agree on one product. Readers never wait. */
const SKU_LOCK = 7_240_101;

/** Stores products within a transaction: those that are new or say something new, with their events; the others are left alone. */
export async function storeProducts(
  tx: Transaction,
  inputs: readonly ProductInput[],
  outboxRowOf: (fact: ProductFact) => OutboxRow,
): Promise<Stored[]> {
  const skus = inputs.map(({ sku }) => sku);
  // In one order everywhere: two batches that share SKUs would else wait for each other for ever.
  await tx`
    select pg_advisory_xact_lock(${SKU_LOCK}::int, key)
    from (select distinct hashtext(sku) as key from unnest(${skus}::text[]) as sku order by key) as keys`;
  const rows = await tx<RawProduct[]>`select ${tx(COLUMNS)} from product where sku = any(${skus})`;
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
  const events = changed.flatMap(({ before, product }) => factsOf(before, product).map(outboxRowOf));
  // One call an event, all of them on their way at once: a transaction keeps the order in which they are sent, and waits for the network once.
  await Promise.all(events.map((event) => appendOutbox(tx, [event])));
  return stored.map(({ product, change }) => ({ product, change }));
}
