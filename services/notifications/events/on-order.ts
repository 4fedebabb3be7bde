/** Turns what happens to orders into messages. The key (order, kind) makes a repeat harmless, however late it comes. */
import { type Consumer, type EventMeta, on } from '#chassis/events/subscription.ts';
import { formatMoney } from '#chassis/money.ts';
import {
  OrderBackorderedSchema,
  OrderCancelledSchema,
  OrderConfirmedSchema,
  OrderDeliveredSchema,
  OrderShippedSchema,
} from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import type { NotificationStore } from '../app/ports.ts';
import type { Facts, Kind } from '../domain/notification.ts';

export function orderConsumer(store: NotificationStore, wakeSender: () => void): Consumer {
  async function ask(kind: Kind, order: { orderId: string; userId: string }, meta: EventMeta, facts: Facts = {}) {
    const { orderId, userId } = order;
    await store.ask({ orderId, userId, kind, facts, eventId: meta.id, correlationId: meta.correlationId });
    wakeSender();
  }
  return {
    name: 'order-mails',
    subjects: [
      on(OrderConfirmedSchema, (order, meta) => {
        const lines = order.lines.map(({ title, quantity }) => ({ title, quantity: String(quantity) }));
        return ask('ORDER_CONFIRMED', order, meta, { lines, ...(order.total && { total: formatMoney(order.total) }) });
      }),
      on(OrderBackorderedSchema, (order, meta) => ask('ORDER_BACKORDERED', order, meta)),
      on(OrderShippedSchema, (order, meta) =>
        ask('ORDER_SHIPPED', order, meta, { trackingNumber: order.trackingNumber }),
      ),
      on(OrderDeliveredSchema, (order, meta) => ask('ORDER_DELIVERED', order, meta)),
      on(OrderCancelledSchema, (order, meta) =>
        ask('ORDER_CANCELLED', order, meta, { reason: order.reason, refunded: order.refunded }),
      ),
    ],
  };
}
