/** Follows orders. Changes made in this process are seen at once; those of other processes by one query for all watched orders. */
import { evolve } from '../domain/evolve.ts';
import { type Order, terminalStates } from '../domain/order.ts';
import { type Shopper, visible } from './find-order.ts';
import type { Changed, OrderStore } from './ports.ts';

const POLL_MS = 500;

export interface OrderWatch {
  changed: Changed;
  /** The order as it is, then as it was after each event, until it is terminal or the signal is aborted. */
  watch(orderId: string, shopper: Shopper, signal: AbortSignal): AsyncIterable<Order>;
  stop(): void;
}

export function orderWatch(store: OrderStore, pollMs = POLL_MS): OrderWatch {
  const watched = new Map<string, Set<() => void>>();
  const seen = new Map<string, number>();

  const changed: Changed = (orderId) => {
    for (const wake of watched.get(orderId) ?? []) wake();
  };

  async function poll(): Promise<void> {
    if (watched.size === 0) return;
    for (const [orderId, version] of await store.versions([...watched.keys()])) {
      if (seen.get(orderId) !== version) changed(orderId);
      seen.set(orderId, version);
    }
  }
  // A failed poll is repeated by the next one.
  const timer = setInterval(() => void poll().catch(() => {}), pollMs);
  timer.unref();

  function subscribe(orderId: string, wake: () => void): () => void {
    const wakes = watched.get(orderId) ?? new Set();
    watched.set(orderId, wakes.add(wake));
    return () => {
      wakes.delete(wake);
      if (wakes.size > 0 || watched.get(orderId) !== wakes) return;
      watched.delete(orderId);
      seen.delete(orderId);
    };
  }

  return {
    changed,
    stop: () => clearInterval(timer),

    async *watch(orderId, shopper, signal) {
      const bell = doorbell(signal);
      const unsubscribe = subscribe(orderId, bell.ring);
      try {
        let order = visible(await store.find(orderId), orderId, shopper);
        yield order;
        while (!terminalStates.includes(order.state) && !signal.aborted) {
          const events = await store.events(orderId, order.version);
          for (const recorded of events) {
            order = evolve(order, recorded);
            yield order;
          }
          if (events.length === 0) await bell.rung();
        }
      } finally {
        unsubscribe();
      }
    },
  };
}

/** Remembers a ring that nobody waited for yet, so that no change is slept through. */
function doorbell(signal: AbortSignal): { ring(): void; rung(): Promise<void> } {
  let pending = false;
  let answer: (() => void) | undefined;
  const ring = () => {
    pending = true;
    answer?.();
  };
  signal.addEventListener('abort', ring, { once: true });
  return {
    ring,
    rung: async () => {
      if (!pending && !signal.aborted) {
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
      }
      answer = undefined;
      pending = false;
    },
  };
}
