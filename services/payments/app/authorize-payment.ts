import { DomainError } from '#chassis/domain-error.ts';
import { type Payment, UNKNOWN_TOKEN } from '../domain/payment.ts';
import { fingerprint } from './fingerprint.ts';
import type { PaymentProvider, PaymentStore } from './ports.ts';
import { askProvider } from './provider-call.ts';
import { recordAnswer } from './record-answer.ts';

export interface Authorization {
  requestId: string;
  orderId: string;
  nanos: bigint;
  currency: string;
  /** Used for asking the provider and then forgotten: a repeat brings it again. */
  token: string;
}

/**
 * Sets money aside, once. The wish is stored before the provider is asked and the answer after, so a crash between leaves a PENDING
 * payment, and a repeat of the call asks the provider what became of the same key.
 */
export function authorizePayment(ports: { payments: PaymentStore; provider: PaymentProvider }) {
  return async ({ requestId, orderId, nanos, currency, token }: Authorization): Promise<Payment> => {
    const requestHash = fingerprint(requestId, orderId, nanos, currency, token);
    const intent = await ports.payments.intend({ requestId, orderId, requestHash, nanos, currency });
    if (intent.kind === 'tombstone') throw new DomainError('WRONG_STATE', { state: 'VOIDED' });
    const { payment } = intent;
    if (intent.kind === 'order-has') throw new DomainError('ORDER_ALREADY_PAID', { payment_id: payment.id });
    if (payment.requestHash !== requestHash) throw new DomainError('REQUEST_ID_REUSED');
    if (payment.state !== 'PENDING') return answerOf(payment);

    const { providerKey: key } = payment;
    const answer = await askProvider(() => ports.provider.authorize({ key, nanos, currency, token }));
    return answerOf(await askProvider(() => recordAnswer(ports, payment, answer)));
  };
}

/** What an authorization answers once the provider's word is known, the first time and at every repeat. */
function answerOf(payment: Payment): Payment {
  if (payment.state === 'VOIDED') throw new DomainError('WRONG_STATE', { state: 'VOIDED' });
  if (payment.state !== 'DECLINED') return payment;
  if (payment.declineCode === UNKNOWN_TOKEN) throw new DomainError('UNKNOWN_PAYMENT_TOKEN');
  throw new DomainError('CARD_DECLINED', { decline_code: payment.declineCode, payment_id: payment.id });
}
