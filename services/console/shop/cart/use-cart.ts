import { create } from '@bufbuild/protobuf';
import { createConnectQueryKey, useMutation, useQuery, useTransport } from '@connectrpc/connect-query';
import { useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { CartSchema } from '#gen/tradewind/orders/v2/orders_pb.ts';
import {
  type GetCartResponse,
  GetCartResponseSchema,
  OrdersService,
} from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { useUser } from '../../session/use-session.ts';
import { type CartContent, countOf, merged } from './cart-content.ts';
import { dropFromLocalCart, localCart, onLocalCartChange, putIntoLocalCart } from './local-cart.ts';

interface CartInHand {
  content: CartContent;
  count: bigint;
  /** Not known yet. */
  isPending: boolean;
  /** Part of it is not in the account's cart yet, from which orders are placed. */
  isComing: boolean;
  /** Why it could not be read, when nothing older is there to show. */
  error: unknown;
  /** Why the last change did not come about. */
  changeError: unknown;
  /** Puts so many pieces of a product in, replacing what was there; none takes it out. */
  put(productId: string, quantity: bigint): void;
  readAgain(): void;
}

/** The cart: the account's when somebody is signed in, with what waits to be put into it, else this browser's. A change is shown at once and taken back when it fails. */
export function useCart(): CartInHand {
  const user = useUser();
  const local = useSyncExternalStore(onLocalCartChange, localCart);
  const transport = useTransport();
  const queries = useQueryClient();
  const { getCart, setCartItem } = OrdersService.method;
  const remote = useQuery(getCart, {}, { enabled: user !== undefined });
  const queryKey = createConnectQueryKey({ schema: getCart, input: {}, transport, cardinality: 'finite' });
  const change = useMutation(setCartItem, {
    onMutate: async ({ productId = '', quantity = 0n }) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData<GetCartResponse>(queryKey);
      queries.setQueryData(queryKey, changed(before, productId, quantity));
      return before;
    },
    onError: (_error, _change, before) => queries.setQueryData(queryKey, before),
    onSuccess: ({ cart }) => queries.setQueryData(queryKey, create(GetCartResponseSchema, { cart })),
    scope: { id: 'cart' },
  });
  const content = user === undefined ? local : merged(remote.data?.cart?.lines ?? [], local);
  const isComing = user !== undefined && local.length > 0;
  return {
    content,
    count: countOf(content),
    isPending: user !== undefined && remote.isPending && !isComing,
    isComing,
    error: user === undefined || remote.data || isComing ? null : remote.error,
    changeError: change.error,
    put(productId, quantity) {
      if (user === undefined) return putIntoLocalCart(productId, quantity);
      dropFromLocalCart(productId);
      change.mutate({ productId, quantity });
    },
    readAgain: () => remote.refetch(),
  };
}

function changed(before: GetCartResponse | undefined, productId: string, quantity: bigint): GetCartResponse {
  const lines = before?.cart?.lines ?? [];
  const known = lines.some((line) => line.productId === productId);
  const next = known
    ? lines.map((line) => (line.productId === productId ? { ...line, quantity } : line))
    : [...lines, { productId, quantity }];
  const cart = create(CartSchema, { lines: next.filter((line) => line.quantity > 0n) });
  return create(GetCartResponseSchema, { cart });
}
