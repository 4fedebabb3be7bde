import { nanosOfDecimal } from '../domain/decimal.ts';
import type { Payment, Refund } from '../domain/payment.ts';

/** A row under the columns' own names, as hand-written statements return it. */
export interface RawPayment {
  id: string;
  order_id: string;
  request_hash: string | null;
  provider_key: string;
  state: Payment['state'];
  amount: string | null;
  currency: string | null;
  captured: string;
  refunded: string;
  refund_claimed: string;
  decline_code: string;
  create_time: Date;
  update_time: Date;
}

/** The payment of a row, or `tombstone` for one that only remembers a void. */
export function paymentOfRaw(row: RawPayment): Payment | 'tombstone' {
  if (row.amount === null || row.currency === null || row.request_hash === null) return 'tombstone';
  return {
    id: row.id,
    orderId: row.order_id,
    requestHash: row.request_hash,
    providerKey: row.provider_key,
    state: row.state,
    nanos: nanosOfDecimal(row.amount),
    currency: row.currency,
    capturedNanos: nanosOfDecimal(row.captured),
    refundedNanos: nanosOfDecimal(row.refunded),
    claimedNanos: nanosOfDecimal(row.refund_claimed),
    declineCode: row.decline_code,
    createTime: row.create_time,
    updateTime: row.update_time,
  };
}

/** For statements that cannot return a tombstone. */
export function realPayment(row: RawPayment): Payment {
  const payment = paymentOfRaw(row);
  if (payment === 'tombstone') throw new Error(`Payment ${row.id} has no amount`);
  return payment;
}

export interface RawRefund {
  id: string;
  payment_id: string;
  request_hash: string;
  amount: string;
  state: Refund['state'];
}

export function refundOfRaw(row: RawRefund): Refund {
  return {
    id: row.id,
    paymentId: row.payment_id,
    requestHash: row.request_hash,
    nanos: nanosOfDecimal(row.amount),
    state: row.state,
  };
}
