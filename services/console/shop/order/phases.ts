/** The words for where an order is. */
import { CancellationReason, OrderPhase, type OrderState } from '#gen/tradewind/orders/v2/orders_pb.ts';

export const PHASES: Readonly<Record<number, string>> = {
  [OrderPhase.PENDING]: 'Being prepared',
  [OrderPhase.STOCK_RESERVED]: 'Being paid',
  [OrderPhase.CONFIRMED]: 'Confirmed',
  [OrderPhase.SHIPPED]: 'On its way',
  [OrderPhase.DELIVERED]: 'Delivered',
  [OrderPhase.BACKORDERED]: 'Waits for stock',
  [OrderPhase.CANCELLED]: 'Cancelled',
};

const REASONS: Readonly<Record<number, string>> = {
  [CancellationReason.OUT_OF_STOCK]: 'Something in it was sold out a moment before. Nothing was charged.',
  [CancellationReason.PAYMENT_DECLINED]: 'The card was declined. Nothing was charged; order again with another card.',
  [CancellationReason.PAYMENT_UNAVAILABLE]:
    'The payment provider could not be reached in time. Nothing was charged; order again later.',
  [CancellationReason.CUSTOMER_REQUEST]: 'As you wished. What was charged goes back to your card.',
  [CancellationReason.RESERVATION_EXPIRED]: 'It could not be completed in time. Nothing was charged; order again.',
};

const ENDS = new Set<OrderPhase>([OrderPhase.DELIVERED, OrderPhase.CANCELLED]);
const CANCELLABLE = new Set<OrderPhase>([
  OrderPhase.PENDING,
  OrderPhase.STOCK_RESERVED,
  OrderPhase.CONFIRMED,
  OrderPhase.BACKORDERED,
]);

export const hasEnded = (state: OrderState | undefined): boolean => state !== undefined && ENDS.has(state.phase);

/** Whether a wish to cancel may still come true and was not made yet. */
export function mayBeCancelled(state: OrderState): boolean {
  return CANCELLABLE.has(state.phase) && state.circumstance.case !== 'cancellation';
}

/** What is going on, in a sentence or two. */
export function storyOf({ phase, circumstance }: OrderState, titles: ReadonlyMap<string, string>): string {
  if (phase === OrderPhase.CANCELLED) {
    return circumstance.case === 'cancellation' ? (REASONS[circumstance.value.reason] ?? '') : '';
  }
  switch (circumstance.case) {
    case 'cancellation':
      return circumstance.value.reason === CancellationReason.CUSTOMER_REQUEST
        ? 'Your order is being cancelled. Should the carrier be faster, it is delivered after all.'
        : 'Your order is being undone.';
    case 'paymentDelay': {
      const until = circumstance.value.retryTime;
      const when = until ? ` at ${new Date(Number(until.seconds) * 1000).toLocaleTimeString()}` : '';
      return `The payment provider cannot be reached. Your products are held for you and the payment is tried again${when}; there is nothing you need to do.`;
    }
    case 'backorder': {
      const missing = circumstance.value.missingProductIds.map((id) => titles.get(id) ?? 'a product');
      return `It waits for ${missing.join(', ') || 'stock'}. As soon as it arrives your order goes on by itself.`;
    }
  }
  return PLAIN[phase] ?? '';
}

const PLAIN: Readonly<Record<number, string>> = {
  [OrderPhase.PENDING]: 'Your products are being set aside.',
  [OrderPhase.STOCK_RESERVED]: 'Your products are held for you while the payment is made.',
  [OrderPhase.CONFIRMED]: 'Your products and your payment are certain. The parcel is being packed.',
  [OrderPhase.SHIPPED]: 'The carrier has your parcel.',
  [OrderPhase.DELIVERED]: 'Your parcel has arrived.',
};
