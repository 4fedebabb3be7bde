import { createClient, type Transport } from '@connectrpc/connect';
import { createConnectQueryKey } from '@connectrpc/connect-query';
import type { QueryClient } from '@tanstack/react-query';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import type { Session } from '../../session/session.ts';
import { isPassing, pauseMs } from '../../transport/problem.ts';
import { forgetAddress } from '../checkout/kept-address.ts';
import { piecesOf } from './cart-content.ts';
import { dropFromLocalCart, localCart } from './local-cart.ts';

/**
 * Puts what was chosen before signing in into the account's cart, as often as it takes. Of a product in both the larger number counts, so that
 * merging twice changes nothing. What belongs to somebody is forgotten when they leave.
 */
export function mergeCarts(session: Session, transport: Transport, queries: QueryClient): void {
  const orders = createClient(OrdersService, transport);
  let last = session.current()?.userId;
  const merge = async () => {
    const chosen = localCart();
    if (chosen.length === 0) return;
    const { cart } = await orders.getCart({});
    for (const { productId, quantity } of chosen) {
      // Whoever changed it meanwhile has decided otherwise.
      const isStillChosen = piecesOf(localCart(), productId) === quantity;
      const isMore = piecesOf(cart?.lines ?? [], productId) < quantity;
      if (isStillChosen && isMore) await unlessRefused(orders.setCartItem({ productId, quantity }));
    }
    await queries.invalidateQueries({
      queryKey: createConnectQueryKey({ schema: OrdersService.method.getCart, cardinality: 'finite' }),
    });
    // Only now, so that the cart never looks emptier than it is.
    for (const { productId } of chosen) dropFromLocalCart(productId);
  };
  const tryToMerge = async (owner: string) => {
    for (let tries = 1; session.current()?.userId === owner; tries++) {
      try {
        return await merge();
      } catch (error) {
        if (!isPassing(error)) return;
        await new Promise((resolve) => setTimeout(resolve, pauseMs(tries, error)));
      }
    }
  };
  session.subscribe(() => {
    const now = session.current()?.userId;
    if (now === last) return;
    last = now;
    queries.clear();
    forgetAddress();
    if (now !== undefined) tryToMerge(now);
  });
  if (last !== undefined) tryToMerge(last);
}

/** What the shop does not take for good is not in the cart, and stands in nothing else's way. */
async function unlessRefused(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (isPassing(error)) throw error;
  }
}
