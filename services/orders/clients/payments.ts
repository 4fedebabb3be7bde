/** Asks payments to set money aside, take it and give it back. */
import type { Client } from '@connectrpc/connect';
import { reasonOf } from '#chassis/domain-error.ts';
import { PaymentState } from '#gen/tradewind/payments/v1/payments_pb.ts';
import type { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import type { Authorized, PaymentProgress, Payments } from '../app/ports.ts';
import { fromMoney } from '../values.ts';

/** What a reason of AuthorizePayment means for the checkout; another one is unexpected. */
const REFUSALS: Record<string, Authorized> = {
  CARD_DECLINED: { outcome: 'declined' },
  UNKNOWN_PAYMENT_TOKEN: { outcome: 'declined' },
  WRONG_STATE: { outcome: 'declined' },
  PROVIDER_UNAVAILABLE: { outcome: 'unavailable' },
  CIRCUIT_OPEN: { outcome: 'unavailable' },
};

/** What a payment's state says of its authorization. Any other leaves it open, and the same request is sent again. */
const AUTHORIZATIONS: Partial<Record<PaymentState, 'authorized' | 'declined'>> = {
  [PaymentState.AUTHORIZED]: 'authorized',
  [PaymentState.CAPTURED]: 'authorized',
  [PaymentState.DECLINED]: 'declined',
  [PaymentState.VOIDED]: 'declined',
  [PaymentState.REFUNDED]: 'declined',
};

const STAGES: Partial<Record<PaymentState, PaymentProgress['stage']>> = {
  [PaymentState.PENDING]: 'authorized',
  [PaymentState.AUTHORIZED]: 'authorized',
  [PaymentState.CAPTURED]: 'captured',
  [PaymentState.VOIDED]: 'voided',
  [PaymentState.REFUNDED]: 'refunded',
};

export function paymentsClient(client: Client<typeof PaymentsService>): Payments {
  return {
    async authorize({ requestId, orderId, amount, paymentToken }) {
      try {
        const { payment } = await client.authorizePayment({
          requestId,
          orderId,
          amount: fromMoney(amount),
          paymentToken,
        });
        if (!payment) throw new Error('payments answered without a payment');
        const outcome = AUTHORIZATIONS[payment.state];
        if (!outcome) throw new Error(`payments answered with a payment not decided yet, state ${payment.state}`);
        return outcome === 'authorized' ? { outcome, paymentId: payment.id } : { outcome };
      } catch (error) {
        const refusal = REFUSALS[reasonOf(error)?.reason ?? ''];
        if (refusal) return refusal;
        throw error;
      }
    },

    async capture(paymentId) {
      await client.capturePayment({ paymentId });
    },

    async void({ requestId, orderId }) {
      await client.voidPayment({ authorizeRequestId: requestId, orderId });
    },

    async refund({ requestId, paymentId, reason }) {
      await client.refundPayment({ requestId, paymentId, reason });
    },

    async progress(orderId) {
      try {
        const { payment } = await client.getPayment({ orderId });
        const stage = payment && STAGES[payment.state];
        return stage && { paymentId: payment.id, stage };
      } catch (error) {
        if (reasonOf(error)?.reason === 'PAYMENT_NOT_FOUND') return undefined;
        throw error;
      }
    },
  };
}
