/** Turns events into the order they tell of. Pure: replaying the same events always gives the same order. */
import type { OrderEvent, RecordedEvent } from './event.ts';
import type { Order } from './order.ts';

/** The order after one more event. Its first event makes it. */
export function evolve(order: Order | undefined, { orderId, version, time, event }: RecordedEvent): Order {
  if (event.type === 'OrderPlaced') {
    const { userId, items, total, shippingAddress, checkoutId } = event;
    const made = { id: orderId, userId, items, total, shippingAddress, checkoutId };
    return { ...made, state: 'PENDING', version, createTime: time, updateTime: time };
  }
  if (!order) throw new Error(`order ${orderId} begins with ${event.type}`);
  if (version !== order.version + 1) throw new Error(`order ${orderId}: event ${version} follows ${order.version}`);
  return { ...order, ...changes(event), version, updateTime: time };
}

/** The order all these events tell of, oldest first. */
export function replay(events: readonly RecordedEvent[]): Order | undefined {
  return events.reduce<Order | undefined>(evolve, undefined);
}

function changes(event: Exclude<OrderEvent, { type: 'OrderPlaced' }>): Partial<Order> {
  switch (event.type) {
    case 'OrderStockReserved':
      return { state: 'STOCK_RESERVED', missing: undefined };
    case 'OrderBackordered':
      return { state: 'BACKORDERED', missing: event.missing };
    case 'OrderPaymentDelayed':
      return { paymentRetryTime: event.retryTime };
    case 'OrderConfirmed':
      return { state: 'CONFIRMED', paymentId: event.paymentId, paymentRetryTime: undefined };
    case 'OrderCheckoutFailed':
      return { closing: event.reason, paymentRetryTime: undefined };
    case 'OrderCancellationRequested':
      return { closing: 'CUSTOMER_REQUEST', paymentRetryTime: undefined };
    case 'OrderCancellationRefused':
      return { closing: undefined };
    case 'OrderCancelled':
      return {
        state: 'CANCELLED',
        cancellationReason: event.reason,
        closing: undefined,
        missing: undefined,
        paymentRetryTime: undefined,
      };
    case 'OrderShipmentCreated':
      return { shipmentId: event.shipmentId };
    case 'OrderShipped':
      return { state: 'SHIPPED', shipmentId: event.shipmentId, closing: undefined };
    case 'OrderDelivered':
      return { state: 'DELIVERED', closing: undefined };
  }
}
