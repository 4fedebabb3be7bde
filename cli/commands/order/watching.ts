import type { Client } from '@connectrpc/connect';
import type { Order } from '#gen/tradewind/orders/v1/orders_pb.ts';
import type { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import type { Context } from '../../context.ts';
import { reopened } from './reopened.ts';
import { orderJson, stateText } from './show.ts';

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
  for await (const order of reopened(orders, orderId, done.signal)) {
    if (json) console.log(JSON.stringify(orderJson(order)));
    else if (order.state !== last?.state) {
      console.log(`  ${((Date.now() - begin) / 1000).toFixed(2).padStart(7)} s  ${stateText(order)}`);
    }
    last = order;
  }
  return last;
}
