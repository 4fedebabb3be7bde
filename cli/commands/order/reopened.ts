import { type Client, Code, ConnectError } from '@connectrpc/connect';
import { pushbackMs } from '#chassis/rpc/pushback.ts';
import { type Order, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import type { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { patience } from '../../demo/patience.ts';

const ENDS = new Set<OrderState>([OrderState.DELIVERED, OrderState.CANCELLED]);
/** Longer than a service takes to be replaced. */
const LONGEST_SILENCE_MS = 30_000;

/**
 * An order as it is, then each change, until it is delivered or cancelled or the signal is aborted. A stream that its server ended or lost is opened anew: its first
 * message is the order as it is then, so only the last state is sure to be seen. Throws what does not pass by itself, and what lasts too long.
 */
export async function* reopened(
  orders: Client<typeof OrdersService>,
  orderId: string,
  signal: AbortSignal,
  silenceMs = LONGEST_SILENCE_MS,
): AsyncGenerator<Order> {
  const { bear } = patience();
  let version: bigint | undefined;
  let silentSince: number | undefined;
  let isTokenNew = true;
  for (let tries = 1; !signal.aborted; tries++) {
    const left = new AbortController();
    try {
      const options = { signal: AbortSignal.any([signal, left.signal]) };
      for await (const { order } of orders.watchOrder({ orderId }, options)) {
        silentSince = undefined;
        isTokenNew = false;
        tries = 1;
        if (!order || order.version === version) continue;
        version = order.version;
        yield order;
        if (ENDS.has(order.state)) return;
      }
      throw new ConnectError('the stream ended before the order did', Code.Unavailable);
    } catch (error) {
      if (signal.aborted) return;
      // A token ends while its stream goes on; the next call has another.
      if (!isTokenNew && ConnectError.from(error).code === Code.Unauthenticated) {
        isTokenNew = true;
        continue;
      }
      // A mesh that never answered is told at once, unless it says when to come back.
      const opensAgain = version !== undefined || (error instanceof ConnectError && pushbackMs(error) !== undefined);
      silentSince ??= Date.now();
      if (!opensAgain || Date.now() - silentSince > silenceMs) throw error;
      await bear(error, tries);
    } finally {
      // A stream that is merely left stays open on its connection.
      left.abort();
    }
  }
}
