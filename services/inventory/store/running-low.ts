import type { Database } from '#chassis/db/connect.ts';
import { inTransaction } from '#chassis/db/transaction.ts';
import { appendOutbox, wakeOutbox } from '#chassis/outbox/append.ts';
import type { StockEvents } from '../app/ports.ts';

/** Says of each product that fell to its threshold that it did, once until it has recovered. Off the path of orders, which only leave the row as it is. */
export async function announceLowStock(db: Database, events: StockEvents, limit: number): Promise<number> {
  const count = await inTransaction(db, async (tx) => {
    const low = await tx<{ product_id: string; on_hand: bigint; low_threshold: bigint }[]>`
      update stock set low_announced = true where (product_id, warehouse) in (
        select product_id, warehouse from stock where on_hand <= low_threshold and not low_announced
        limit ${limit} for update skip locked
      ) returning product_id, on_hand, low_threshold`;
    await appendOutbox(
      tx,
      low.map((row) => events.low(row.product_id, row.on_hand, row.low_threshold)),
    );
    return low.length;
  });
  if (count > 0) wakeOutbox(db);
  return count;
}
