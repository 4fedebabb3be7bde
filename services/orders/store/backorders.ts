/** Wakes the checkouts that wait for a product, once for each event that tells of its stock. */
import type { Database } from '#chassis/db/connect.ts';
import { inTransaction } from '#chassis/db/transaction.ts';
import { once } from '#chassis/inbox/once.ts';

/** More waiting orders than this are left to their own schedule. */
const MOST_WOKEN = 1000;

/** Makes a product's backordered checkouts due, those of the oldest orders first, and marks the event as applied, in one transaction. */
export function wakeBackordered(db: Database) {
  return (productId: string, consumer: string, eventId: string): Promise<void> =>
    inTransaction(db, async (tx) => {
      if (!(await once(tx, consumer, eventId))) return;
      await tx`
        update saga set wakes = wakes + 1, wake_at = least(wake_at, now())
        where status in ('running', 'compensating') and id in (
          select (data->>'checkoutId')::uuid from orders
          where state = 'BACKORDERED' and data->'missing' @> ${tx.json([productId])}
          order by created_at limit ${MOST_WOKEN})`;
    });
}
