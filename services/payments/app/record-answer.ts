import type { Payment } from '../domain/payment.ts';
import type { PaymentProvider, PaymentStore, ProviderAnswer, Transition } from './ports.ts';

/**
 * Writes down what the provider said about an authorization, whoever heard it: the call that asked, a callback, or the sweeper. Only
 * the first to tell moves the payment. Money set aside for a payment voided meanwhile is given up at the provider.
 */
export async function recordAnswer(
  { payments, provider }: { payments: PaymentStore; provider: PaymentProvider },
  asked: Payment,
  answer: ProviderAnswer,
): Promise<Payment> {
  const { payment } = await payments.move(asked, transitionFor(asked, answer));
  if (payment.state === 'VOIDED' && answer.state === 'AUTHORIZED') {
    await provider.void(payment.providerKey);
    await payments.settle(payment.id);
  }
  return payment;
}

function transitionFor(payment: Payment, answer: ProviderAnswer): Transition {
  switch (answer.state) {
    case 'DECLINED': {
      const { declineCode } = answer;
      return { from: 'PENDING', to: 'DECLINED', fact: { type: 'PaymentDeclined', payment, declineCode } };
    }
    case 'VOIDED':
      return { from: 'PENDING', to: 'VOIDED', fact: { type: 'PaymentVoided', payment } };
    default:
      return { from: 'PENDING', to: 'AUTHORIZED', fact: { type: 'PaymentAuthorized', payment } };
  }
}
