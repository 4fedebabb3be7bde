/** Answers the shoppers' RPCs of v2, by the use cases of v1. */
import { create } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { badRequest } from '#chassis/rpc/bad-request.ts';
import { requireUser } from '#chassis/rpc/call.ts';
import { implement, type Route } from '#chassis/rpc/implementation.ts';
import { requestHash } from '#chassis/rpc/request-hash.ts';
import { PlaceOrderRequestSchema as FirstPlaceOrderRequestSchema } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { OrdersService, type PlaceOrderRequest } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import type { StockLine } from '../../app/ports.ts';
import type { Order } from '../../domain/order.ts';
import { asBadRequest, type OrdersUseCases, shopperOf } from '../orders-rpc.ts';
import { pageOf, readPageToken } from '../page-token.ts';
import { stateOfPhase, toHistoryEntry, toOrder, toSummary } from './map.ts';

const DEFAULT_PAGE = 50;

export function ordersRpc({ place, cancel, find, cart, summaries, watch }: OrdersUseCases): Route {
  const named = async (orders: readonly Order[]) => {
    const names = await summaries.customerNames(orders.map(({ userId }) => userId));
    return orders.map((order) => toOrder(order, names));
  };
  const answer = async (order: Order) => ({ order: (await named([order]))[0] });

  return implement(OrdersService, {
    async getCart(_request, call) {
      return { cart: toCart(await cart.read(requireUser(call).id)) };
    },

    async setCartItem({ productId, quantity }, call) {
      return { cart: toCart(await cart.set(requireUser(call).id, { productId, quantity: Number(quantity) })) };
    },

    async placeOrder(request, call) {
      const { requestId, lines, shippingAddress, paymentToken } = request;
      if (!shippingAddress) throw badRequest([{ field: 'shipping_address', description: 'value is required' }]);
      const { recipient, line1, line2, city, postalCode, countryCode } = shippingAddress;
      const order = await place({
        userId: requireUser(call).id,
        requestId,
        requestHash: hashOf(request),
        items: lines.map(({ productId, quantity }) => ({ productId, quantity: Number(quantity) })),
        shippingAddress: { recipient, line1, line2, city, postalCode, countryCode },
        paymentToken,
      }).catch(asBadRequest);
      return answer(order);
    },

    async getOrder({ orderId }, call) {
      return answer(await find.get(orderId, shopperOf(call)));
    },

    async batchGetOrders({ orderIds }, call) {
      return { orders: await named(await find.getMany(orderIds, shopperOf(call))) };
    },

    async listOrders({ pageSize, pageToken: token, phase, customerId }, call) {
      const shopper = shopperOf(call);
      const owner = shopper.operator ? customerId || undefined : shopper.userId;
      const query = ['orders', owner ?? '', phase];
      const size = pageSize || DEFAULT_PAGE;
      const before = readPageToken(token, query);
      const rows = await summaries.list({ userId: owner, state: stateOfPhase(phase), before, limit: size + 1 });
      const { page, next } = pageOf(rows, size, (row) => row.orderId, query);
      return { orders: page.map(toSummary), nextPageToken: next };
    },

    async cancelOrder({ orderId }, call) {
      return answer(await cancel(orderId, shopperOf(call)));
    },

    async *watchOrder({ orderId }, call) {
      for await (const order of watch.watch(orderId, shopperOf(call), call.signal)) yield answer(order);
    },

    async getOrderHistory({ orderId }, call) {
      return { entries: (await find.history(orderId, shopperOf(call))).map(toHistoryEntry) };
    },

    async getOrderAsOf({ orderId, time }, call) {
      if (!time) throw badRequest([{ field: 'time', description: 'value is required' }]);
      return answer(await find.asOf(orderId, timestampDate(time), shopperOf(call)));
    },
  });
}

/**
 * The hash of the same request in v1, so that a request_id means one order whichever version it came through. Its form stays when v1 goes: it is what stored
 * request ids are compared with.
 */
function hashOf({ requestId, lines, shippingAddress, paymentToken }: PlaceOrderRequest): Uint8Array {
  const items = lines.map(({ productId, quantity }) => ({ productId, quantity }));
  const first = create(FirstPlaceOrderRequestSchema, { requestId, items, shippingAddress, paymentToken });
  return requestHash(FirstPlaceOrderRequestSchema, first);
}

function toCart(lines: readonly StockLine[]) {
  return { lines: lines.map(({ productId, quantity }) => ({ productId, quantity: BigInt(quantity) })) };
}
