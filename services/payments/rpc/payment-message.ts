import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { moneyOf } from '#chassis/money.ts';
import { type Payment as PaymentMessage, PaymentSchema, PaymentState } from '#gen/tradewind/payments/v1/payments_pb.ts';
import type { Payment } from '../domain/payment.ts';

/** A payment as callers see it. */
export function paymentMessage(payment: Payment): PaymentMessage {
  const { id, orderId, currency, declineCode } = payment;
  return create(PaymentSchema, {
    id,
    orderId,
    amount: moneyOf(payment.nanos, currency),
    captured: moneyOf(payment.capturedNanos, currency),
    refunded: moneyOf(payment.refundedNanos, currency),
    state: PaymentState[payment.state],
    declineCode,
    createTime: timestampFromDate(payment.createTime),
    updateTime: timestampFromDate(payment.updateTime),
  });
}
