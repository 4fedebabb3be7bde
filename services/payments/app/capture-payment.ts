import { DomainError } from '#chassis/domain-error.ts';
import type { Payment } from '../domain/payment.ts';
import type { PaymentProvider, PaymentStore } from './ports.ts';
import { askProvider } from './provider-call.ts';

/**
 * Takes all that was set aside. Between a capture and a void of the same payment the provider decides: whichever it did first is
 * what gets written down, so that this service and the provider cannot end up with different truths.
 */
export function capturePayment({ payments, provider }: { payments: PaymentStore; provider: PaymentProvider }) {
  return async (paymentId: string): Promise<Payment> => {
    const found = await payments.find(paymentId);
    if (!found) throw new DomainError('PAYMENT_NOT_FOUND');
    if (isCaptured(found)) return found;
    if (found.state !== 'AUTHORIZED') throw new DomainError('WRONG_STATE', { state: found.state });

    const outcome = await askProvider(() => provider.capture(found.providerKey));
    const { payment } = await payments.move(found, {
      from: 'AUTHORIZED',
      to: outcome,
      fact: { type: outcome === 'CAPTURED' ? 'PaymentCaptured' : 'PaymentVoided', payment: found },
    });
    if (!isCaptured(payment)) throw new DomainError('WRONG_STATE', { state: payment.state });
    return payment;
  };
}

function isCaptured({ state }: Payment): boolean {
  return state === 'CAPTURED' || state === 'REFUNDED';
}
