import { createClient } from '@connectrpc/connect';
import { createConnectQueryKey, useTransport } from '@connectrpc/connect-query';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { orderPath } from '../../app/paths.ts';
import { isPassing, pauseMs } from '../../transport/problem.ts';
import { requestIds } from '../../transport/request-ids.ts';
import type { CartContent } from '../cart/cart-content.ts';
import type { AddressInput } from './address-form.tsx';
import type { TestCard } from './test-cards.ts';

interface Wish {
  lines: CartContent;
  address: AddressInput;
  card: TestCard;
}

/** An address that cannot be right, with what is wrong by field. */
class BadAddress extends Error {
  readonly problems: Record<string, string>;

  constructor(problems: Record<string, string>) {
    super('the address cannot be right');
    this.problems = problems;
  }
}

const TRIES = 3;

/** Survives the page: who leaves after an answer that was lost and comes back still asks under the same id. */
const ids = requestIds();

/**
 * Places an order once, however often it is asked for: the same wish has the same request_id until it is answered. No lines are named, so
 * that the cart is emptied in the statement that takes the order.
 */
export function usePlaceOrder() {
  const transport = useTransport();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Wish>();
  const attempt = useMutation({
    mutationFn: async (wish: Wish) => {
      await checkAddress(wish.address);
      setOpen(wish);
      const orders = createClient(OrdersService, transport);
      const request = { requestId: ids.for(wish), shippingAddress: wish.address, paymentToken: wish.card };
      const { order } = await patiently(() => orders.placeOrder(request));
      return order?.id ?? '';
    },
    onError: (error) => {
      if (!isPassing(error)) setOpen(undefined);
    },
    onSuccess: async (orderId) => {
      const { getCart, listOrders } = OrdersService.method;
      await navigate(orderPath(orderId));
      queries.invalidateQueries({ queryKey: createConnectQueryKey({ schema: getCart, cardinality: 'finite' }) });
      queries.invalidateQueries({ queryKey: createConnectQueryKey({ schema: listOrders, cardinality: 'infinite' }) });
    },
    // One at a time, so that a second click asks nothing.
    scope: { id: 'place order' },
  });
  const refused = attempt.error instanceof BadAddress ? attempt.error : undefined;
  return {
    place: (wish: Wish) => {
      if (!attempt.isPending) attempt.mutate(wish);
    },
    lines: open?.lines,
    isPending: attempt.isPending,
    isDone: attempt.isSuccess,
    error: refused ? null : attempt.error,
    addressProblems: refused?.problems ?? {},
    /** Whether the order may have been taken though no answer came. */
    mayBeTaken: open !== undefined,
  };

  /** Orders checks the address too; asking first names each field before anything is stored. When nobody answers, the order itself decides. */
  async function checkAddress(address: AddressInput): Promise<void> {
    const shipping = createClient(ShippingService, transport);
    const answer = await shipping.validateAddress({ address }).catch((error: unknown) => {
      if (isPassing(error)) return undefined;
      throw error;
    });
    const problems = answer?.problems ?? [];
    if (problems.length > 0)
      throw new BadAddress(Object.fromEntries(problems.map(({ field, problem }) => [field, problem])));
  }
}

async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (tries >= TRIES || !isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs(tries, error)));
    }
  }
}
