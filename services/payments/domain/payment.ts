/** Where a payment is in its life. PENDING: asked, the provider's answer is not written down yet. */
export type PaymentState = 'PENDING' | 'AUTHORIZED' | 'CAPTURED' | 'DECLINED' | 'VOIDED' | 'REFUNDED';

/** Money asked from a shopper for one order. Amounts are billionths of a unit of `currency`. */
export interface Payment {
  id: string;
  orderId: string;
  /** Fingerprint of the authorization, its payment token included: tells a replay from another body. */
  requestHash: string;
  /** The key the provider knows the charge by. The same at every try, so that tries cannot add up. */
  providerKey: string;
  state: PaymentState;
  nanos: bigint;
  currency: string;
  capturedNanos: bigint;
  refundedNanos: bigint;
  /** What refunds have claimed, those included whose money is still on its way. */
  claimedNanos: bigint;
  /** The provider's reason. Empty unless declined. */
  declineCode: string;
  createTime: Date;
  updateTime: Date;
}

/** A wish to give money back, stored before the provider is asked. */
export interface Refund {
  id: string;
  paymentId: string;
  requestHash: string;
  nanos: bigint;
  state: 'PENDING' | 'DONE';
}

/** The decline code of a card token the provider does not know. */
export const UNKNOWN_TOKEN = 'unknown_payment_token';

/** What other services are told about a payment. */
export type PaymentFact =
  | { type: 'PaymentAuthorized' | 'PaymentCaptured' | 'PaymentVoided'; payment: Payment }
  | { type: 'PaymentDeclined'; payment: Payment; declineCode: string }
  | { type: 'PaymentRefunded'; payment: Payment; nanos: bigint; refundedTotal: bigint };
