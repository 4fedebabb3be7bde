/** Wakes the checkouts that wait for a product when its stock arrives. Waking one that need not be woken is harmless. */
import { on, type Subscription } from '#chassis/events/subscription.ts';
import { StockReplenishedSchema } from '#gen/tradewind/inventory/events/v1/inventory_events_pb.ts';
import type { OrderStore } from '../app/ports.ts';

export function stockSubscription(
  store: Pick<OrderStore, 'waitingFor'>,
  wake: (...checkouts: string[]) => Promise<void>,
): Subscription {
  return on(StockReplenishedSchema, async ({ productId }) => {
    const waiting = await store.waitingFor(productId);
    if (waiting.length > 0) await wake(...waiting);
  });
}
