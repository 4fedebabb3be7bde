import { createClient, type Transport } from '@connectrpc/connect';
import { createConnectQueryKey } from '@connectrpc/connect-query';
import type { QueryClient } from '@tanstack/react-query';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import type { Session } from '../../session/session.ts';
import { forgetAddress } from '../checkout/kept-address.ts';
import { piecesOf } from './cart-content.ts';
import { emptyLocalCart, localCart } from './local-cart.ts';

/**
 * Puts what was chosen before signing in into the account's cart. Of a product in both the larger number counts, so that merging twice
 * changes nothing. What belongs to somebody is forgotten when they leave.
 */
export function mergeCarts(session: Session, transport: Transport, queries: QueryClient): void {
  const orders = createClient(OrdersService, transport);
  let last = session.current()?.userId;
  const merge = async () => {
    const chosen = localCart();
    if (chosen.length === 0) return;
    const { cart } = await orders.getCart({});
    for (const { productId, quantity } of chosen) {
      if (piecesOf(cart?.lines ?? [], productId) < quantity) await orders.setCartItem({ productId, quantity });
    }
    emptyLocalCart();
    await queries.invalidateQueries({
      queryKey: createConnectQueryKey({ schema: OrdersService.method.getCart, cardinality: 'finite' }),
    });
  };
  // What could not be merged now stays where it is and is merged when the page is opened next.
  const tryToMerge = () => merge().catch(() => undefined);
  session.subscribe(() => {
    const now = session.current()?.userId;
    if (now === last) return;
    last = now;
    queries.clear();
    forgetAddress();
    if (now !== undefined) tryToMerge();
  });
  if (last !== undefined) tryToMerge();
}
