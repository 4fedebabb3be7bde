/** The facts an order consists of. Stored for ever, so a field may be added and none may change its meaning. */
import type { Money } from './money.ts';
import type { Address, CancellationReason, OrderItem } from './order.ts';

export type OrderEvent =
  | {
      type: 'OrderPlaced';
      userId: string;
      items: readonly OrderItem[];
      total: Money;
      shippingAddress: Address;
      checkoutId: string;
    }
  | { type: 'OrderStockReserved'; reservationId: string }
  | { type: 'OrderBackordered'; missing: readonly string[] }
  | { type: 'OrderPaymentDelayed'; retryTime: string }
  | { type: 'OrderConfirmed'; paymentId: string }
  /** The checkout gave up at its last moment: from here on nobody can confirm the order. */
  | { type: 'OrderCheckoutFailed'; reason: CancellationReason }
  | { type: 'OrderCancellationRequested' }
  /** The carrier was faster than the shopper's wish to cancel. */
  | { type: 'OrderCancellationRefused'; reason: string }
  | { type: 'OrderCancelled'; reason: CancellationReason; refunded: boolean }
  | { type: 'OrderShipmentCreated'; shipmentId: string }
  | { type: 'OrderShipped'; shipmentId: string; trackingNumber: string }
  | { type: 'OrderDelivered' };

/** An event at its place in an order's history. */
export interface RecordedEvent {
  orderId: string;
  version: number;
  time: string;
  event: OrderEvent;
}
