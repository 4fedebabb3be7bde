import { DomainError } from '#chassis/domain-error.ts';
import { formatMoney, moneyOf } from '#chassis/money.ts';
import type { Payment, Refund } from '../domain/payment.ts';
import { fingerprint } from './fingerprint.ts';
import type { NewRefund, PaymentProvider, PaymentStore, RefundStore } from './ports.ts';
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

/** Tries to claim the money while the payment changes under them. */
const CLAIM_TRIES = 5;

/** Gives captured money back. The amount is claimed before the provider is asked, so that refunds side by side never pass the capture. */
export function refundPayment(ports: Ports) {
  return async ({ requestId, paymentId, amount, reason }: RefundWish): Promise<Payment> => {
    const requestHash = fingerprint(requestId, paymentId, amount?.nanos, amount?.currency, reason);
    const refund = await claim(ports, { requestId, requestHash, paymentId, amount, reason });
    if (refund.requestHash !== requestHash) throw new DomainError('REQUEST_ID_REUSED');
    return askProvider(() => carryOut(ports, refund));
  };
}

/** The refund that a request made, now or before. */
async function claim({ refunds, payments }: Ports, wish: NewRefund): Promise<Refund> {
  for (let tries = 1; tries <= CLAIM_TRIES; tries++) {
    const refund =
      (await refunds.findByRequest(wish.requestId)) ??
      (await refunds.intend(wish)) ??
      // A twin of this call may have been faster, and taken what this one would.
      (await refunds.findByRequest(wish.requestId));
    if (refund) return refund;
    const payment = await payments.find(wish.paymentId);
    if (!payment || !allows(payment, wish.amount)) throw refusal(payment);
    // The payment was captured between the claim and this look at it: the same claim succeeds now.
  }
  throw new Error(`Payment ${wish.paymentId} changes faster than it can be read`);
}

function allows(payment: Payment, amount: NewRefund['amount']): boolean {
  const left = payment.capturedNanos - payment.claimedNanos;
  const { nanos, currency } = amount ?? { nanos: left, currency: payment.currency };
  return payment.state === 'CAPTURED' && currency === payment.currency && nanos > 0n && nanos <= left;
}

/** Moves the money of a stored refund, or finds that it was moved. */
export async function carryOut({ refunds, provider, payments }: Ports, refund: Refund): Promise<Payment> {
  const payment = await payments.find(refund.paymentId);
  if (!payment) throw new DomainError('PAYMENT_NOT_FOUND');
  if (refund.state === 'DONE') return payment;
  await provider.refund({ key: refund.id, chargeKey: payment.providerKey, nanos: refund.nanos });
  return refunds.complete(refund);
}

function refusal(payment: Payment | undefined): DomainError {
  if (!payment) return new DomainError('PAYMENT_NOT_FOUND');
  if (payment.state !== 'CAPTURED') return new DomainError('WRONG_STATE', { state: payment.state });
  const refundable = moneyOf(payment.capturedNanos - payment.claimedNanos, payment.currency);
  return new DomainError('REFUND_TOO_LARGE', { refundable: formatMoney(refundable) });
}
