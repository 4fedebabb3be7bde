/** Turns facts into the messages other services know. Facts that concern nobody else become none. */
import { create, type DescMessage, type Message } from '@bufbuild/protobuf';
import { outboxRow } from '#chassis/outbox/append.ts';
import {
  OrderBackorderedSchema,
  OrderCancelledSchema,
  OrderConfirmedSchema,
  OrderDeliveredSchema,
  OrderPlacedSchema,
  OrderShippedSchema,
} from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import type { Announce } from '../app/ports.ts';
import type { RecordedEvent } from '../domain/event.ts';
import type { Order } from '../domain/order.ts';
import { fromMoney } from '../values.ts';

export const announce: Announce = (order, recorded) => {
  const told = messageOf(order, recorded);
  return told && outboxRow(told.schema, told.message);
};

function messageOf(
  order: Order,
  { event, version }: RecordedEvent,
): { schema: DescMessage; message: Message } | undefined {
  const about = { orderId: order.id, userId: order.userId, version: BigInt(version) };
  switch (event.type) {
    case 'OrderPlaced':
      return { schema: OrderPlacedSchema, message: create(OrderPlacedSchema, { ...about, ...contentsOf(order) }) };
    case 'OrderConfirmed':
      return {
        schema: OrderConfirmedSchema,
        message: create(OrderConfirmedSchema, { ...about, ...contentsOf(order) }),
      };
    case 'OrderBackordered': {
      const missingProductIds = [...event.missing];
      return {
        schema: OrderBackorderedSchema,
        message: create(OrderBackorderedSchema, { ...about, missingProductIds }),
      };
    }
    case 'OrderShipped': {
      const { shipmentId, trackingNumber } = event;
      return {
        schema: OrderShippedSchema,
        message: create(OrderShippedSchema, { ...about, shipmentId, trackingNumber }),
      };
    }
    case 'OrderDelivered':
      return { schema: OrderDeliveredSchema, message: create(OrderDeliveredSchema, about) };
    case 'OrderCancelled': {
      const { reason, refunded } = event;
      return { schema: OrderCancelledSchema, message: create(OrderCancelledSchema, { ...about, reason, refunded }) };
    }
    default:
      return undefined;
  }
}

function contentsOf(order: Order) {
  const lines = order.items.map(({ productId, title, quantity, unitPrice }) => ({
    productId,
    title,
    quantity: BigInt(quantity),
    unitPrice: fromMoney(unitPrice),
  }));
  return { lines, total: fromMoney(order.total) };
}
