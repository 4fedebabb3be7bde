import type { Client } from '@connectrpc/connect';
import { type Order, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import type { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import type { Context } from '../../context.ts';
import { orderJson, stateText } from './show.ts';

const ENDS = new Set<OrderState>([OrderState.DELIVERED, OrderState.CANCELLED]);

/** Prints each state an order gets into, until it is delivered or cancelled; answers it as it then is. */
export async function printStates(
  orders: Client<typeof OrdersService>,
  orderId: string,
  { json }: Pick<Context, 'json'>,
): Promise<Order | undefined> {
  const done = new AbortController();
  process.once('SIGINT', () => done.abort());
  const begin = Date.now();
  let last: Order | undefined;
  try {
    for await (const { order } of orders.watchOrder({ orderId }, { signal: done.signal })) {
      if (!order) continue;
      if (json) console.log(JSON.stringify(orderJson(order)));
      else if (order.state !== last?.state) {
        console.log(`  ${((Date.now() - begin) / 1000).toFixed(2).padStart(7)} s  ${stateText(order)}`);
      }
      last = order;
      if (ENDS.has(order.state)) break;
    }
  } catch (error) {
    if (!done.signal.aborted) throw error;
  }
  done.abort();
  return last;
}
