import { timestampMs } from '@bufbuild/protobuf/wkt';
import { type Client, Code, ConnectError } from '@connectrpc/connect';
import { type Order, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import type { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { nameOf } from '../enum-name.ts';
import type { Patience } from './patience.ts';

const TERMINAL: readonly OrderState[] = [OrderState.CANCELLED, OrderState.DELIVERED];

/** Nothing more happened to an order for too long. */
export class StoodStill extends Error {}

/**
 * Follows an order by WatchOrder until `isThere` or it is terminal; answers it as it then is. A stream that breaks is opened anew: its first message is the order as
 * it is now, so nothing is missed.
 */
export async function follow(
  orders: Client<typeof OrdersService>,
  orderId: string,
  isThere: (order: Order) => boolean,
  patience: Patience,
): Promise<Order> {
  let last: Order | undefined;
  let end = Date.now() + patience.stillMs;
  for (let tries = 1; Date.now() < end; tries++) {
    const stop = new AbortController();
    const timer = () => setTimeout(() => stop.abort(), end - Date.now());
    let watchdog = timer();
    try {
      for await (const { order } of orders.watchOrder({ orderId }, { signal: stop.signal })) {
        if (!order) continue;
        if (isThere(order) || TERMINAL.includes(order.state)) return order;
        if (order.version === last?.version) continue;
        last = order;
        tries = 1;
        end = Math.max(Date.now(), order.paymentRetryTime ? timestampMs(order.paymentRetryTime) : 0) + patience.stillMs;
        clearTimeout(watchdog);
        watchdog = timer();
      }
      throw new ConnectError('the stream ended before the order did', Code.Unavailable);
    } catch (error) {
      if (Date.now() < end) await patience.bear(error, tries);
    } finally {
      clearTimeout(watchdog);
      stop.abort();
    }
  }
  throw new StoodStill(
    `stayed ${nameOf(OrderState, last?.state ?? OrderState.UNSPECIFIED)} for ${patience.stillMs / 1000} s`,
  );
}
