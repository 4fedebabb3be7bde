import { Code } from '@connectrpc/connect';
import type { ErrorTable } from '#chassis/domain-error.ts';

/** Every reason payments refuses for, and how it is told. */
export const paymentsErrors: ErrorTable = {
  domain: 'payments.tradewind',
  rules: {
    PAYMENT_NOT_FOUND: { code: Code.NotFound, message: 'there is no such payment' },
    CARD_DECLINED: { code: Code.FailedPrecondition, message: 'the card was declined: {decline_code}' },
    PROVIDER_UNAVAILABLE: {
      code: Code.Unavailable,
      message: 'the payment provider does not answer; send the same request again',
      retryable: true,
    },
    WRONG_STATE: { code: Code.FailedPrecondition, message: 'the payment is {state}' },
    REFUND_TOO_LARGE: { code: Code.FailedPrecondition, message: 'no more than {refundable} can be given back' },
    REQUEST_ID_REUSED: { code: Code.AlreadyExists, message: 'the request_id was used before with another body' },
    ORDER_ALREADY_PAID: { code: Code.FailedPrecondition, message: 'the order has payment {payment_id} already' },
    UNKNOWN_PAYMENT_TOKEN: { code: Code.FailedPrecondition, message: 'the provider does not know the payment token' },
  },
};
