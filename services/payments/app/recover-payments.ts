import type { Payment } from '../domain/payment.ts';
import { type PaymentProvider, type PaymentStore, ProviderUnavailable, type RefundStore } from './ports.ts';
import { recordAnswer } from './record-answer.ts';
import { carryOut } from './refund-payment.ts';

interface Ports {
  payments: PaymentStore;
  refunds: RefundStore;
  provider: PaymentProvider;
}

const BATCH = 50;

/**
 * One sweep over what a crash or a silent provider left open: payments PENDING or voided in doubt, and refunds not carried out, for
 * longer than `afterSeconds`. Answers how many it looked at. Several sweepers may run; each takes other rows.
 */
export function recoverPayments(ports: Ports, afterSeconds: number) {
  return async (): Promise<number> => {
    const doubtful = await ports.payments.claimDoubtful(afterSeconds, BATCH);
    const refunds = await ports.refunds.claimDoubtful(afterSeconds, BATCH);
    const work = [
      ...doubtful.map((payment) => () => resolvePayment(ports, payment)),
      ...refunds.map((refund) => () => carryOut(ports, refund)),
    ];
    const failures: unknown[] = [];
    for (const resolve of work) {
      try {
        await resolve();
      } catch (error) {
        // A silent provider is what sweeps are for; anything else is told once the rest had their turn.
        if (!(error instanceof ProviderUnavailable)) failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} payments could not be recovered`);
    return work.length;
  };
}

async function resolvePayment(ports: Ports, payment: Payment): Promise<void> {
  const answer = await ports.provider.find(payment.providerKey);
  // Not heard of: the caller repeats with the payment token, or voids. A voided one may still be on its way, so it is asked for again.
  if (answer === undefined) return;
  await recordAnswer(ports, payment, answer);
  if (payment.state === 'VOIDED') await ports.payments.settle(payment.id);
}
