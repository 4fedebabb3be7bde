/**
 * Says which events follow from a wish, given the order as it is. No events means the wish is fulfilled already or came too late to
 * matter, which makes every wish safe to repeat. Pure: the store decides races by the order's version.
 */
import type { OrderEvent } from './event.ts';
import type { CancellationReason, Order } from './order.ts';

export type Decision = (order: Order) => OrderEvent[];

const beforePivot = (order: Order) => ['PENDING', 'BACKORDERED', 'STOCK_RESERVED'].includes(order.state);

export const stockReserved =
  (reservationId: string): Decision =>
  (order) =>
    order.state === 'PENDING' || order.state === 'BACKORDERED' ? [{ type: 'OrderStockReserved', reservationId }] : [];

export const backordered =
  (missing: readonly string[]): Decision =>
  (order) => {
    const known = order.missing?.length === missing.length && missing.every((id) => order.missing?.includes(id));
    const waits = order.state === 'PENDING' || (order.state === 'BACKORDERED' && !known);
    return waits && !order.closing ? [{ type: 'OrderBackordered', missing }] : [];
  };

export const paymentDelayed =
  (retryAt: Date): Decision =>
  (order) => {
    const retryTime = retryAt.toISOString();
    const due = order.state === 'STOCK_RESERVED' && !order.closing && order.paymentRetryTime !== retryTime;
    return due ? [{ type: 'OrderPaymentDelayed', retryTime }] : [];
  };

/** Confirms, or closes the order for good when its stock may return before everything is done: exactly one of both, ever. */
export const confirmed =
  (paymentId: string, inTime: boolean): Decision =>
  (order) => {
    if (order.state !== 'STOCK_RESERVED' || order.closing) return [];
    return inTime
      ? [{ type: 'OrderConfirmed', paymentId }]
      : [{ type: 'OrderCheckoutFailed', reason: 'RESERVATION_EXPIRED' }];
  };

/** Ends a checkout that was undone. A confirmed order is not touched: that is what the cancellation is for. */
export const checkoutUndone =
  (reason: CancellationReason): Decision =>
  (order) =>
    beforePivot(order) ? [{ type: 'OrderCancelled', reason: order.closing ?? reason, refunded: false }] : [];

export const shipmentCreated =
  (shipmentId: string): Decision =>
  (order) =>
    order.state === 'CONFIRMED' && !order.shipmentId ? [{ type: 'OrderShipmentCreated', shipmentId }] : [];

export const shipped =
  (shipmentId: string, trackingNumber: string): Decision =>
  (order) =>
    order.state === 'CONFIRMED' ? [{ type: 'OrderShipped', shipmentId, trackingNumber }] : [];

/** A parcel that arrived was shipped, even when nobody said so. */
export const delivered =
  (shipmentId: string, trackingNumber: string): Decision =>
  (order) =>
    order.state === 'CONFIRMED' || order.state === 'SHIPPED'
      ? [...shipped(shipmentId, trackingNumber)(order), { type: 'OrderDelivered' }]
      : [];

/** Whether an order can still be cancelled, is being cancelled, or cannot any more. */
export function cancellability(order: Order): 'before pivot' | 'after pivot' | 'already' | 'too late' {
  if (order.closing || order.cancellationReason === 'CUSTOMER_REQUEST') return 'already';
  if (beforePivot(order)) return 'before pivot';
  return order.state === 'CONFIRMED' ? 'after pivot' : 'too late';
}

export const cancellationRequested: Decision = (order) =>
  cancellability(order).endsWith('pivot') ? [{ type: 'OrderCancellationRequested' }] : [];

const undoneAfterPivot = (order: Order) => order.state === 'CONFIRMED' && order.closing === 'CUSTOMER_REQUEST';

/** Lets a confirmed order go on. A checkout that is undoing itself cannot be told to stop: what it held may be given back already. */
export const cancellationRefused =
  (reason: string): Decision =>
  (order) =>
    undoneAfterPivot(order) ? [{ type: 'OrderCancellationRefused', reason }] : [];

/** Ends the cancellation of a confirmed order. */
export const cancelled =
  (refunded: boolean): Decision =>
  (order) =>
    undoneAfterPivot(order) ? [{ type: 'OrderCancelled', reason: 'CUSTOMER_REQUEST', refunded }] : [];
