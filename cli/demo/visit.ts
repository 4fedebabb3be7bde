import type { MessageInitShape } from '@bufbuild/protobuf';
import { newId } from '#chassis/ids.ts';
import type { Order } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService, type PlaceOrderRequestSchema } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { follow } from './follow.ts';
import type { Patience } from './patience.ts';
import type { Random } from './random.ts';
import type { Line, Shelves } from './shelves.ts';
import type { Shopper } from './shoppers.ts';
import { Surprise } from './surprise.ts';

type PlaceOrder = MessageInitShape<typeof PlaceOrderRequestSchema>;

/** One shopper's dealings with the shop about one order: what a scenario is told in. */
export interface Visit {
  readonly random: Random;
  readonly shelves: Shelves;
  /** A request to place an order, not sent yet. Sent twice it is still one order. */
  request(lines: readonly Line[], card: string): PlaceOrder;
  send(request: PlaceOrder): Promise<Order>;
  /** `send` of a new request. */
  place(lines: readonly Line[], card: string): Promise<Order>;
  cancel(order: Order): Promise<void>;
  /** Follows the order until `isThere` or it can change no more. */
  until(order: Order, isThere: (order: Order) => boolean): Promise<Order>;
}

/** What was measured of a visit, in milliseconds. */
export interface Timing {
  /** From sending PlaceOrder to its answer, repeats included; one for each time it was sent. */
  answers: number[];
  /** From sending PlaceOrder first to the last state waited for. */
  outcome: number | undefined;
  /** The order, once there is one. */
  orderId: string | undefined;
}

export function visitOf(
  shopper: Shopper,
  random: Random,
  shelves: Shelves,
  patience: Patience,
): { visit: Visit; timing: Timing } {
  const orders = shopper.mesh.of(OrdersService);
  const timing: Timing = { answers: [], outcome: undefined, orderId: undefined };
  let firstSent: number | undefined;

  const request: Visit['request'] = (lines, paymentToken) => ({
    requestId: newId(),
    items: [...lines],
    shippingAddress: shopper.address,
    paymentToken,
  });

  async function send(placing: PlaceOrder): Promise<Order> {
    const sent = performance.now();
    firstSent ??= sent;
    const { order } = await patience.call((options) => orders.placeOrder(placing, options));
    timing.answers.push(performance.now() - sent);
    if (!order) throw new Surprise('PlaceOrder answered without an order');
    timing.orderId ??= order.id;
    return order;
  }

  const visit: Visit = {
    random,
    shelves,
    request,
    send,
    place: (lines, card) => send(request(lines, card)),
    async cancel({ id }) {
      await patience.call((options) => orders.cancelOrder({ orderId: id }, options));
    },
    async until({ id }, isThere) {
      const order = await follow(orders, id, isThere, patience);
      timing.outcome = performance.now() - (firstSent ?? 0);
      return order;
    },
  };
  return { visit, timing };
}
