import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { CancellationReason, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const orders = forwardLaws('orders', import.meta.url);
const { getCart, setCartItem, placeOrder, getOrder, batchGetOrders, listOrders } = OrdersService.method;
const { cancelOrder, watchOrder, getOrderHistory, getOrderAsOf } = OrdersService.method;
const role = 'SHOPPER';
const given = 'a confirmed order';
const unknown = { code: Code.NotFound, reason: 'ORDER_NOT_FOUND', domain: 'orders.tradewind' };

const now = timestampFromDate(time);
const later = timestampFromDate(new Date('2100-01-01T00:00:00Z'));
const before = timestampFromDate(new Date('2000-01-01T00:00:00Z'));
const cart = { items: [{ productId: ids.product, quantity: 2n }] };
const shippingAddress = {
  recipient: 'Ada Lovelace',
  line1: '12 Analytical Row',
  city: 'London',
  postalCode: 'EC1A 1BB',
  countryCode: 'GB',
};
const unitPrice = { units: 149n, nanos: 990_000_000, currencyCode: 'EUR' };
const placed = {
  id: ids.order,
  userId: ids.user,
  state: OrderState.PENDING,
  items: [{ productId: ids.product, title: 'Trail tent', quantity: 2n, unitPrice, backorderable: true }],
  total: { units: 299n, nanos: 980_000_000, currencyCode: 'EUR' },
  shippingAddress,
  version: 1n,
  createTime: now,
  updateTime: now,
};
const order = { ...placed, state: OrderState.CONFIRMED, paymentId: ids.payment, shipmentId: ids.shipment };
const request = { orderId: ids.order };
const wish = { requestId: ids.request, shippingAddress, paymentToken: 'tok_visa' };

orders.answers(getCart, 'a cart is told', { given: 'a cart', role, request: {}, answer: { cart } });
orders.answers(setCartItem, 'a product is laid into the cart', {
  given: 'no orders',
  role,
  request: { productId: ids.product, quantity: 2n },
  answer: { cart },
});
orders.answers(placeOrder, 'an order is taken', {
  given: 'no orders',
  role,
  request: { ...wish, items: cart.items },
  answer: { order: placed },
});
orders.refuses(placeOrder, 'nothing cannot be ordered', {
  given: 'no orders',
  role,
  request: wish,
  refusal: { ...unknown, code: Code.FailedPrecondition, reason: 'CART_EMPTY' },
});
orders.answers(getOrder, 'an order is told', { given, role, request, answer: { order } });
orders.refuses(getOrder, 'an order nobody knows is refused', {
  given: 'no orders',
  role,
  request: { orderId: ids.unknown },
  refusal: { ...unknown, metadata: { order_id: ids.unknown } },
});
orders.answers(getOrder, 'a cancelled order is told with its reason', {
  given: 'a cancelled order',
  role,
  request,
  answer: {
    order: { ...placed, state: OrderState.CANCELLED, cancellationReason: CancellationReason.CUSTOMER_REQUEST },
  },
});
orders.answers(batchGetOrders, 'orders are told', {
  given,
  role,
  request: { orderIds: [ids.order] },
  answer: { orders: [order] },
});
orders.answers(listOrders, 'orders are listed with the titles of their products', {
  given,
  role,
  request: {},
  answer: {
    orders: [
      {
        ...{ orderId: ids.order, userId: ids.user, state: OrderState.CONFIRMED, customerName: 'Ada' },
        ...{ productTitles: ['Trail tent'], total: placed.total, createTime: now },
      },
    ],
  },
});
orders.answers(cancelOrder, 'an order that was confirmed is asked to be cancelled', {
  given,
  role,
  request,
  answer: { order: { ...order, cancelRequested: true } },
});
orders.refuses(cancelOrder, 'an order on its way is not cancelled', {
  given: 'a shipped order',
  role,
  request,
  refusal: {
    ...{ ...unknown, code: Code.FailedPrecondition, reason: 'NOT_CANCELLABLE' },
    metadata: { state: 'SHIPPED' },
  },
});
orders.streams(watchOrder, 'an order is told as it is', { given, role, requests: [request], answer: { order } });
orders.answers(getOrderHistory, 'each thing that happened to an order is told', {
  given,
  role,
  request,
  answer: {
    entries: [{ version: 1n, type: 'OrderPlaced', time: now, state: OrderState.PENDING, details: '{}' }],
  },
});
orders.answers(getOrderAsOf, 'an order is told as it was', {
  given,
  role,
  request: { ...request, time: later },
  answer: { order },
});
orders.refuses(getOrderAsOf, 'an order is not told of before it was placed', {
  given,
  role,
  request: { ...request, time: before },
  refusal: { ...unknown, code: Code.FailedPrecondition, reason: 'NOT_YET_PLACED', metadata: { order_id: ids.order } },
});

orders.settled();
