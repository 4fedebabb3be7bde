import { DomainError } from '#chassis/domain-error.ts';
import type { Payment } from '../domain/payment.ts';
import { type PaymentProvider, type PaymentStore, ProviderUnavailable } from './ports.ts';
import { askProvider } from './provider-call.ts';

interface Ports {
  payments: PaymentStore;
  provider: PaymentProvider;
}

/**
 * Gives up what an authorization set aside, be it before, while or after it happens. Undefined when nothing was ever asked: then the
 * request is buried, and an authorization that arrives late is refused.
 */
export function voidPayment(ports: Ports) {
  return async (authorizeRequestId: string, orderId: string): Promise<Payment | undefined> => {
    if (await ports.payments.bury(authorizeRequestId, orderId)) return undefined;
    const payment = await ports.payments.findByRequest(authorizeRequestId);
    if (payment === undefined || payment === 'tombstone') return undefined;
    if (payment.orderId !== orderId) throw new DomainError('PAYMENT_NOT_FOUND');
    return voidKnown(ports, payment);
  };
}

async function voidKnown(ports: Ports, payment: Payment): Promise<Payment> {
  switch (payment.state) {
    case 'PENDING':
      return voidPending(ports, payment);
    case 'AUTHORIZED':
      return voidAuthorized(ports, payment);
    case 'VOIDED':
    case 'DECLINED':
      return payment;
    default:
      throw new DomainError('WRONG_STATE', { state: payment.state });
  }
}

/**
 * The provider may be setting the money aside at this moment. The void is written down first, so that whoever learns of the money
 * later, the call under way or the sweeper, gives it up.
 */
async function voidPending(ports: Ports, pending: Payment): Promise<Payment> {
  const fact = { type: 'PaymentVoided', payment: pending } as const;
  const { moved, payment } = await ports.payments.move(pending, { from: 'PENDING', to: 'VOIDED', fact });
  if (!moved) return voidKnown(ports, payment);
  try {
    if ((await ports.provider.void(payment.providerKey)) === 'VOIDED') await ports.payments.settle(payment.id);
  } catch (error) {
    // The doubt stays marked on the row and the sweeper asks again: the void itself holds whether or not the provider answers now.
    if (!(error instanceof ProviderUnavailable)) throw error;
  }
  return payment;
}

/** The provider goes first: it alone knows whether a capture came before. */
async function voidAuthorized({ payments, provider }: Ports, authorized: Payment): Promise<Payment> {
  const outcome = await askProvider(() => provider.void(authorized.providerKey));
  const to = outcome === 'CAPTURED' ? 'CAPTURED' : 'VOIDED';
  const type = to === 'CAPTURED' ? 'PaymentCaptured' : 'PaymentVoided';
  const { payment } = await payments.move(authorized, { from: 'AUTHORIZED', to, fact: { type, payment: authorized } });
  if (payment.state !== 'VOIDED') throw new DomainError('WRONG_STATE', { state: payment.state });
  return payment;
}
