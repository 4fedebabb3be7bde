import type { Payment, PaymentFact, PaymentState, Refund } from '../domain/payment.ts';

/** What the provider knows about a charge. */
export type ProviderAnswer =
  | { state: 'AUTHORIZED' | 'CAPTURED' | 'VOIDED' }
  | { state: 'DECLINED'; declineCode: string };

/** The card network as this service needs it. Every action carries a key and may be repeated under it without a second effect. */
export interface PaymentProvider {
  /** Sets money aside, or says what became of it if the key is known. Throws ProviderUnavailable when there is no answer. */
  authorize(charge: { key: string; nanos: bigint; currency: string; token: string }): Promise<ProviderAnswer>;
  /** What became of a key. Undefined when the provider has never heard of it. */
  find(key: string): Promise<ProviderAnswer | undefined>;
  capture(key: string): Promise<'CAPTURED' | 'VOIDED'>;
  /** NOTHING: the key is unknown or was declined, so there is nothing to give up. */
  void(key: string): Promise<'VOIDED' | 'CAPTURED' | 'NOTHING'>;
  refund(refund: { key: string; chargeKey: string; nanos: bigint }): Promise<void>;
  /** Registers who is told of answers that arrive by themselves; they may come late, twice, or before the answer to the call. */
  onReport(listener: (key: string, answer: ProviderAnswer) => Promise<void>): void;
}

/** The provider did not answer or answered with an error: what became of the request is not known. */
export class ProviderUnavailable extends Error {}

/** What storing the wish to charge found. `tombstone`: voided before it was asked. `order-has`: the order has another payment. */
export type Intent =
  | { kind: 'stored' | 'repeated'; payment: Payment }
  | { kind: 'order-has'; payment: Payment }
  | { kind: 'tombstone' };

export interface NewPayment {
  orderId: string;
  requestId: string;
  requestHash: string;
  nanos: bigint;
  currency: string;
}

/** A step of a payment's life, taken only from the state `from`. */
export interface Transition {
  from: PaymentState;
  to: PaymentState;
  fact: PaymentFact;
}

/** Keeps payments. Each function is one statement on the path where nothing is contended. */
export interface PaymentStore {
  intend(wish: NewPayment): Promise<Intent>;
  /** Takes the step and publishes its fact, together; answers the payment as it is now, whether or not this call moved it. */
  move(payment: Payment, transition: Transition): Promise<{ moved: boolean; payment: Payment }>;
  find(id: string): Promise<Payment | undefined>;
  findByProviderKey(key: string): Promise<Payment | undefined>;
  /** `tombstone`: only a void is known of that request. */
  findByRequest(requestId: string): Promise<Payment | 'tombstone' | undefined>;
  /** The payment that counts for an order: not a declined one if there is another. */
  findByOrder(orderId: string): Promise<Payment | undefined>;
  /** Remembers that an authorization nobody has seen is not wanted. False when it has arrived meanwhile. */
  bury(requestId: string, orderId: string): Promise<boolean>;
  /** Takes payments whose truth only the provider knows and that are due, each for one sweeper; asks again later and later. */
  claimDoubtful(afterSeconds: number, limit: number): Promise<Payment[]>;
  /** Ends the doubt about a voided payment: the provider holds no money for it. */
  settle(id: string): Promise<void>;
}

export interface NewRefund {
  paymentId: string;
  requestId: string;
  requestHash: string;
  /** Undefined means all that is not claimed by another refund. */
  amount: { nanos: bigint; currency: string } | undefined;
  reason: string;
}

/** Keeps refunds; the sum of a payment's refunds can never pass what was captured. */
export interface RefundStore {
  /** Claims the money and stores the wish. Undefined when the payment's state, currency or what is left does not allow it, or a twin came first. */
  intend(wish: NewRefund): Promise<Refund | undefined>;
  /** Counts the refund as given back and publishes it, once; answers the payment as it is now. */
  complete(refund: Refund): Promise<Payment>;
  findByRequest(requestId: string): Promise<Refund | undefined>;
  claimDoubtful(afterSeconds: number, limit: number): Promise<Refund[]>;
}
