/** A shop whose payments can be troubled, and the customers who notice. */
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '#chassis/ids.ts';
import { type Order, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { inParallel } from '../../cli/demo/in-parallel.ts';
import { quantile } from '../bench/grpc-load.ts';
import { address, openShop, type Shop } from '../e2e/shop.fixture.ts';

export const AT_A_TIME = 20;
export const RETRY_SECONDS = 3;
const CONFIRMED_WITHIN_MS = 180_000;
const PUT_OFF_WITHIN_MS = 120_000;
const SOLD: readonly OrderState[] = [OrderState.CONFIRMED, OrderState.SHIPPED, OrderState.DELIVERED];

export interface Customer {
  /** Places orders, so many at a time; answers their ids and how long PlaceOrder took at the median, in milliseconds. */
  order(count: number): Promise<{ ids: string[]; p50: string }>;
  /** Waits until all are confirmed, or time is up; answers how many are. */
  confirmed(ids: readonly string[]): Promise<number>;
  /** The same for orders that have their stock and wait for another try of their payment. */
  putOff(ids: readonly string[]): Promise<number>;
}

export async function inPaymentShop<T>(visit: (shop: Shop, customer: Customer) => Promise<T>): Promise<T> {
  const shop = await openShop({ env: { FAULTS_ALLOWED: '1', PAYMENT_RETRY_SECONDS: String(RETRY_SECONDS) } });
  try {
    const { token } = await shop.shopper();
    const productId = await shop.product(10_000);
    const client = shop.client(OrdersService, token);
    const look = (ids: readonly string[], isThere: (order: Order) => boolean) =>
      inParallel([...ids], AT_A_TIME, async (orderId) => {
        const { order } = await client.getOrder({ orderId });
        return order !== undefined && isThere(order);
      }).then((seen) => seen.filter(Boolean).length);
    const wait = async (ids: readonly string[], forMs: number, isThere: (order: Order) => boolean) => {
      for (const until = Date.now() + forMs; ; await pause(200)) {
        const there = await look(ids, isThere);
        if (there === ids.length || Date.now() > until) return there;
      }
    };
    return await visit(shop, {
      async order(count) {
        const times: number[] = [];
        const ids = await inParallel(Array.from({ length: count }), AT_A_TIME, async () => {
          const items = [{ productId, quantity: 1n }];
          const request = { requestId: newId(), items, shippingAddress: address, paymentToken: 'tok_visa' };
          const begin = performance.now();
          const { order } = await client.placeOrder(request);
          times.push(performance.now() - begin);
          return order?.id ?? '';
        });
        return {
          ids,
          p50: quantile(
            times.toSorted((a, b) => a - b),
            0.5,
          ).toFixed(1),
        };
      },
      confirmed: (ids) => wait(ids, CONFIRMED_WITHIN_MS, ({ state }) => SOLD.includes(state)),
      putOff: (ids) =>
        wait(
          ids,
          PUT_OFF_WITHIN_MS,
          ({ state, paymentRetryTime }) => state === OrderState.STOCK_RESERVED && paymentRetryTime !== undefined,
        ),
    });
  } finally {
    await shop.close();
  }
}
