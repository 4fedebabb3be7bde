import { quantile } from '../grpc-load.ts';
import type { Books } from './books.ts';
import type { BenchShop, Shopper, Way } from './shop.ts';

/** Orders placed, and how long each PlaceOrder took in milliseconds, ascending. */
export interface Placed {
  orderIds: string[];
  p50: number;
  p99: number;
}

/** How often outcomes are looked up for shoppers who wait; the times that are reported come from the orders themselves. */
const LOOK_MS = 20;

/** Every shopper orders and orders again, without waiting for what becomes of it. */
export function placeAll(shop: BenchShop, way: Way, orders: number): Promise<Placed> {
  return place(shop, way, orders, async () => undefined);
}

/** Every shopper orders, waits until the order is decided, and orders again. */
export async function placeAndWait(shop: BenchShop, books: Books, way: Way, orders: number): Promise<Placed> {
  const waiting = new Map<string, () => void>();
  let looking = true;
  const look = async () => {
    while (looking) {
      for (const id of await books.decided([...waiting.keys()])) {
        // Looking must not line the shoppers up.
        setTimeout(waiting.get(id) ?? (() => {}), Math.random() * LOOK_MS);
        waiting.delete(id);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  const watching = look();
  const placed = await place(shop, way, orders, (id) => new Promise((resolve) => waiting.set(id, resolve)));
  looking = false;
  await watching;
  return placed;
}

async function place(
  shop: BenchShop,
  way: Way,
  orders: number,
  after: (orderId: string) => Promise<void>,
): Promise<Placed> {
  const orderIds: string[] = [];
  const latencies: number[] = [];
  let left = orders;
  const shopping = async (shopper: Shopper) => {
    while (left-- > 0) {
      const begin = performance.now();
      const id = await shop.place(way, shopper);
      latencies.push(performance.now() - begin);
      orderIds.push(id);
      await after(id);
    }
  };
  await Promise.all(shop.shoppers.map(shopping));
  latencies.sort((a, b) => a - b);
  return { orderIds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}
