/**
 * Wakes the checkouts that wait for a product when its stock arrives. Nothing of a checkout tells whether an event woke it, and each wake asks inventory once more
 * and lets it tell of one more refusal: so a repeat of the event is recognised by the inbox.
 */
import { type Consumer, on } from '#chassis/events/subscription.ts';
import { StockReplenishedSchema } from '#gen/tradewind/inventory/events/v1/inventory_events_pb.ts';

/** What a wake needs: the mark and the waking in one transaction, and then a runner that looks. */
export interface Backorders {
  wake(productId: string, consumer: string, eventId: string): Promise<void>;
  sweep(): void;
}

export function stockConsumer({ wake, sweep }: Backorders): Consumer {
  const name = 'stock';
  return {
    name,
    subjects: [
      on(StockReplenishedSchema, async ({ productId }, { id }) => {
        await wake(productId, name, id);
        sweep();
      }),
    ],
  };
}
