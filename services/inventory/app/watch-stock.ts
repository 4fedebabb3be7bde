import { setTimeout as pause } from 'node:timers/promises';
import type { Availability, StockStore } from './ports.ts';

const LOOK_EVERY_MS = 250;

/** Tells what can be sold of some products: first as it is, then each time it is another, until the watcher is gone. Changes within a quarter of a second are told as one. */
export async function* watchStock(
  store: StockStore,
  productIds: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<{ availability: Availability }> {
  const told = new Map<string, bigint>();
  while (!signal.aborted) {
    for (const availability of await store.availabilityOf(productIds)) {
      if (told.get(availability.productId) === availability.version) continue;
      told.set(availability.productId, availability.version);
      yield { availability };
    }
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}
