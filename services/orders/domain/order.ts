/** What an order is. Its state is nothing but the sum of its events: see `evolve.ts`. */
import type { Money } from './money.ts';

export type OrderState =
  | 'PENDING'
  | 'STOCK_RESERVED'
  | 'CONFIRMED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'BACKORDERED'
  | 'CANCELLED';

export type CancellationReason =
  | 'OUT_OF_STOCK'
  | 'PAYMENT_DECLINED'
  | 'PAYMENT_UNAVAILABLE'
  | 'CUSTOMER_REQUEST'
  | 'RESERVATION_EXPIRED';

export interface OrderItem {
  readonly productId: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly weightGrams: number;
  readonly backorderable: boolean;
}

export interface Address {
  readonly recipient: string;
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly postalCode: string;
  readonly countryCode: string;
}

export interface Order {
  readonly id: string;
  readonly userId: string;
  readonly state: OrderState;
  readonly version: number;
  readonly items: readonly OrderItem[];
  readonly total: Money;
  readonly shippingAddress: Address;
  /** The checkout saga: its step keys name what was asked of other services. */
  readonly checkoutId: string;
  /** Set when the order is being undone, from then on it can no longer be confirmed. */
  readonly closing?: CancellationReason;
  readonly cancellationReason?: CancellationReason;
  /** What a backordered order waits for. */
  readonly missing?: readonly string[];
  readonly paymentRetryTime?: string;
  readonly paymentId?: string;
  readonly shipmentId?: string;
  readonly createTime: string;
  readonly updateTime: string;
}

export const terminalStates: readonly OrderState[] = ['DELIVERED', 'CANCELLED'];
