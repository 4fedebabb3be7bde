import { DomainError } from '#chassis/domain-error.ts';
import { formatMoney, moneyOf } from '#chassis/money.ts';
import type { Payment, Refund } from '../domain/payment.ts';
import { fingerprint } from './fingerprint.ts';
import type { PaymentProvider, PaymentStore, RefundStore } from './ports.ts';
import { askProvider } from './provider-call.ts';

interface Ports {
  payments: PaymentStore;
  refunds: RefundStore;
  provider: PaymentProvider;
}

export interface RefundWish {
  requestId: string;
  paymentId: string;
  /** Undefined means all that was not refunded yet. */
  amount: { nanos: bigint; currency: string } | undefined;
  reason: string;
}

/** Gives captured money back. The amount is claimed before the provider is asked, so that refunds side by side never pass the capture. */
export function refundPayment(ports: Ports) {
  return async ({ requestId, paymentId, amount, reason }: RefundWish): Promise<Payment> => {
    const requestHash = fingerprint(requestId, paymentId, amount?.nanos, amount?.currency, reason);
    const refund =
      (await ports.refunds.findByRequest(requestId)) ??
      (await ports.refunds.intend({ paymentId, requestId, requestHash, amount, reason })) ??
      // A twin of this call may have been faster, and taken what this one would.
      (await ports.refunds.findByRequest(requestId));
    if (!refund) throw await refusal(ports.payments, paymentId);
    if (refund.requestHash !== requestHash) throw new DomainError('REQUEST_ID_REUSED');
    return askProvider(() => carryOut(ports, refund));
  };
}

/** Moves the money of a stored refund, or finds that it was moved. */
export async function carryOut({ refunds, provider, payments }: Ports, refund: Refund): Promise<Payment> {
  const payment = await payments.find(refund.paymentId);
  if (!payment) throw new DomainError('PAYMENT_NOT_FOUND');
  if (refund.state === 'DONE') return payment;
  await provider.refund({ key: refund.id, chargeKey: payment.providerKey, nanos: refund.nanos });
  return refunds.complete(refund);
}

async function refusal(payments: PaymentStore, paymentId: string): Promise<DomainError> {
  const payment = await payments.find(paymentId);
  if (!payment) return new DomainError('PAYMENT_NOT_FOUND');
  if (payment.state !== 'CAPTURED') return new DomainError('WRONG_STATE', { state: payment.state });
  const refundable = moneyOf(payment.capturedNanos - payment.claimedNanos, payment.currency);
  return new DomainError('REFUND_TOO_LARGE', { refundable: formatMoney(refundable) });
}
