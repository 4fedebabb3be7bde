/** Turns orders into the contract's messages: the only place that knows both. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  CancellationReason,
  type OrderHistoryEntrySchema,
  type OrderSchema,
  OrderState,
  type OrderSummarySchema,
} from '#gen/tradewind/orders/v1/orders_pb.ts';
import type { HistoryEntry } from '../app/find-order.ts';
import type { OrderSummary } from '../app/ports.ts';
import type { OrderEvent } from '../domain/event.ts';
import type { Order, OrderState as OrderStateName } from '../domain/order.ts';
import { fromAddress, fromMoney, fromTime } from '../values.ts';

export function toOrder(order: Order): MessageInitShape<typeof OrderSchema> {
  const { id, userId, shipmentId, paymentId, cancellationReason } = order;
  return {
    id,
    userId,
    state: OrderState[order.state],
    items: order.items.map(({ productId, title, quantity, unitPrice, backorderable }) => ({
      productId,
      title,
      quantity: BigInt(quantity),
      unitPrice: fromMoney(unitPrice),
      backorderable,
    })),
    total: fromMoney(order.total),
    shippingAddress: fromAddress(order.shippingAddress),
    cancellationReason: cancellationReason && CancellationReason[cancellationReason],
    paymentRetryTime: fromTime(order.paymentRetryTime),
    shipmentId,
    paymentId,
    version: BigInt(order.version),
    createTime: fromTime(order.createTime),
    updateTime: fromTime(order.updateTime),
    cancelRequested: order.closing === 'CUSTOMER_REQUEST',
  };
}

export function toHistoryEntry({
  version,
  time,
  event,
  order,
}: HistoryEntry): MessageInitShape<typeof OrderHistoryEntrySchema> {
  return {
    version: BigInt(version),
    type: event.type,
    time: fromTime(time),
    state: OrderState[order.state],
    details: JSON.stringify(detailsOf(event)),
  };
}

/** What else an event tells, without what belongs to the shopper alone. */
function detailsOf(event: OrderEvent): object {
  if (event.type !== 'OrderPlaced') {
    const { type: _type, ...details } = event;
    return details;
  }
  const { items, total } = event;
  return { items, total };
}

export function toSummary(summary: OrderSummary): MessageInitShape<typeof OrderSummarySchema> {
  const { orderId, userId, customerName, productTitles, state, total, placedAt } = summary;
  return {
    orderId,
    userId,
    customerName,
    productTitles,
    state: OrderState[state],
    total: fromMoney(total),
    createTime: timestampFromDate(placedAt),
  };
}

const STATE_NAMES = Object.keys(OrderState).filter((name) => name !== 'UNSPECIFIED') as OrderStateName[];

/** The state a filter names; undefined when it names none. */
export function stateNamed(state: OrderState): OrderStateName | undefined {
  return STATE_NAMES.find((name) => OrderState[name] === state);
}
