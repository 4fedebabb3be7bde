/** Answers the shoppers' RPCs. */
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { badRequest } from '#chassis/rpc/bad-request.ts';
import { type Call, requireUser } from '#chassis/rpc/call.ts';
import { implement, type Route } from '#chassis/rpc/implementation.ts';
import { requestHash } from '#chassis/rpc/request-hash.ts';
import { OrdersService, PlaceOrderRequestSchema } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import type { cancelOrder } from '../app/cancel-order.ts';
import type { findOrders, Shopper } from '../app/find-order.ts';
import { AddressRefused, type placeOrder } from '../app/place-order.ts';
import type { CartStore, StockLine, SummaryReader } from '../app/ports.ts';
import type { OrderWatch } from '../app/watch-order.ts';
import { stateNamed, toHistoryEntry, toOrder, toSummary } from './map.ts';
import { pageOf, readPageToken } from './page-token.ts';

const DEFAULT_PAGE = 50;

export interface OrdersUseCases {
  place: ReturnType<typeof placeOrder>;
  cancel: ReturnType<typeof cancelOrder>;
  find: ReturnType<typeof findOrders>;
  cart: CartStore;
  summaries: SummaryReader;
  watch: OrderWatch;
}

export function ordersRpc({ place, cancel, find, cart, summaries, watch }: OrdersUseCases): Route {
  return implement(OrdersService, {
    async getCart(_request, call) {
      return { cart: toCart(await cart.read(requireUser(call).id)) };
    },

    async setCartItem({ productId, quantity }, call) {
      return { cart: toCart(await cart.set(requireUser(call).id, { productId, quantity: Number(quantity) })) };
    },

    async placeOrder(request, call) {
      const { requestId, items, shippingAddress, paymentToken } = request;
      if (!shippingAddress) throw badRequest([{ field: 'shipping_address', description: 'value is required' }]);
      const { recipient, line1, line2, city, postalCode, countryCode } = shippingAddress;
      const order = await place({
        userId: requireUser(call).id,
        requestId,
        requestHash: requestHash(PlaceOrderRequestSchema, request),
        items: items.map(({ productId, quantity }) => ({ productId, quantity: Number(quantity) })),
        shippingAddress: { recipient, line1, line2, city, postalCode, countryCode },
        paymentToken,
      }).catch(asBadRequest);
      return { order: toOrder(order) };
    },

    async getOrder({ orderId }, call) {
      return { order: toOrder(await find.get(orderId, shopperOf(call))) };
    },

    async batchGetOrders({ orderIds }, call) {
      return { orders: (await find.getMany(orderIds, shopperOf(call))).map(toOrder) };
    },

    async listOrders({ pageSize, pageToken: token, state, userId }, call) {
      const shopper = shopperOf(call);
      const owner = shopper.operator ? userId || undefined : shopper.userId;
      const query = ['orders', owner ?? '', state];
      const size = pageSize || DEFAULT_PAGE;
      const before = readPageToken(token, query);
      const rows = await summaries.list({ userId: owner, state: stateNamed(state), before, limit: size + 1 });
      const { page, next } = pageOf(rows, size, (row) => row.orderId, query);
      return { orders: page.map(toSummary), nextPageToken: next };
    },

    async cancelOrder({ orderId }, call) {
      return { order: toOrder(await cancel(orderId, shopperOf(call))) };
    },

    async *watchOrder({ orderId }, call) {
      for await (const order of watch.watch(orderId, shopperOf(call), call.signal)) yield { order: toOrder(order) };
    },

    async getOrderHistory({ orderId }, call) {
      return { entries: (await find.history(orderId, shopperOf(call))).map(toHistoryEntry) };
    },

    async getOrderAsOf({ orderId, time }, call) {
      if (!time) throw badRequest([{ field: 'time', description: 'value is required' }]);
      return { order: toOrder(await find.asOf(orderId, timestampDate(time), shopperOf(call))) };
    },
  });
}

export function shopperOf(call: Call): Shopper {
  const { id, roles } = requireUser(call);
  return { userId: id, operator: roles.includes('OPERATOR') };
}

function toCart(lines: readonly StockLine[]) {
  return { items: lines.map(({ productId, quantity }) => ({ productId, quantity: BigInt(quantity) })) };
}

export function asBadRequest(error: unknown): never {
  if (!(error instanceof AddressRefused)) throw error;
  throw badRequest(
    error.problems.map(({ field, problem }) => ({ field: `shipping_address.${field}`, description: problem })),
  );
}
