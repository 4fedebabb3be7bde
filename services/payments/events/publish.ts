import { create } from '@bufbuild/protobuf';
import { moneyOf } from '#chassis/money.ts';
import { type OutboxRow, outboxRow } from '#chassis/outbox/append.ts';
import {
  PaymentAuthorizedSchema,
  PaymentCapturedSchema,
  PaymentDeclinedSchema,
  PaymentRefundedSchema,
  PaymentVoidedSchema,
} from '#gen/tradewind/payments/events/v1/payments_events_pb.ts';
import type { PaymentFact } from '../domain/payment.ts';

const SCHEMAS = {
  PaymentAuthorized: PaymentAuthorizedSchema,
  PaymentCaptured: PaymentCapturedSchema,
  PaymentVoided: PaymentVoidedSchema,
} as const;

/** The event of a fact, ready for the outbox of the statement that makes it true. */
export function outboxRowOf(fact: PaymentFact): OutboxRow {
  const { id: paymentId, orderId, nanos, currency } = fact.payment;
  const about = { orderId, paymentId, amount: moneyOf(nanos, currency) };
  switch (fact.type) {
    case 'PaymentDeclined': {
      const { declineCode } = fact;
      return outboxRow(PaymentDeclinedSchema, create(PaymentDeclinedSchema, { ...about, declineCode }));
    }
    case 'PaymentRefunded': {
      const refund = { amount: moneyOf(fact.nanos, currency), refundedTotal: moneyOf(fact.refundedTotal, currency) };
      return outboxRow(PaymentRefundedSchema, create(PaymentRefundedSchema, { ...about, ...refund }));
    }
    default: {
      const schema = SCHEMAS[fact.type];
      return outboxRow(schema, create(schema, about));
    }
  }
}
