/** The composition root of payments: ties store, provider, use cases and RPCs together. */
import type { Database } from '#chassis/db/connect.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import type { ServiceDefinition } from '#chassis/service.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { authorizePayment } from './app/authorize-payment.ts';
import { capturePayment } from './app/capture-payment.ts';
import { getPayment } from './app/get-payment.ts';
import type { PaymentProvider } from './app/ports.ts';
import { recordAnswer } from './app/record-answer.ts';
import { recoverPayments } from './app/recover-payments.ts';
import { refundPayment } from './app/refund-payment.ts';
import { voidPayment } from './app/void-payment.ts';
import { boundedProvider } from './bounded-provider.ts';
import { paymentsConfig } from './config.ts';
import { paymentsErrors } from './errors.ts';
import { outboxRowOf } from './events/publish.ts';
import { paymentsRpc } from './rpc/payments-rpc.ts';
import { sandboxLedger } from './sandbox/ledger.ts';
import { sandboxProvider } from './sandbox/sandbox-provider.ts';
import { paymentStore } from './store/payment-store.ts';
import { refundStore } from './store/refund-store.ts';
import { startSweeper } from './sweeper.ts';

export const paymentsMigrations = new URL('./store/migrations/', import.meta.url);

/** The use cases over a database and a provider; tests bring providers that fail at a chosen point. */
export function buildPayments(db: Database, provider: PaymentProvider, recoverAfterSeconds: number) {
  const stores = { outboxRowOf, recoverAfterSeconds };
  const payments = paymentStore(db, stores);
  const ports = { payments, refunds: refundStore(db, stores), provider };
  provider.onReport(async (key, answer) => {
    const payment = await payments.findByProviderKey(key);
    if (payment) await recordAnswer(ports, payment, answer);
  });
  return {
    authorize: authorizePayment(ports),
    capture: capturePayment(ports),
    void: voidPayment(ports),
    refund: refundPayment(ports),
    get: getPayment(ports),
    recover: recoverPayments(ports, recoverAfterSeconds),
  };
}

export const payments: ServiceDefinition<typeof paymentsConfig> = {
  name: 'payments',
  config: paymentsConfig,
  migrations: paymentsMigrations,
  errors: paymentsErrors,
  build({ config, db, log }) {
    const provider = boundedProvider(sandboxProvider(sandboxLedger(db), { slowMs: config.SANDBOX_SLOW_MS }));
    const useCases = buildPayments(db, provider, config.RECOVERY_AFTER_SECONDS);
    return {
      routes: [implement(PaymentsService, paymentsRpc(useCases))],
      background: [
        { name: 'payment recovery', start: () => startSweeper(useCases.recover, config.RECOVERY_INTERVAL_MS, log) },
      ],
    };
  },
};
