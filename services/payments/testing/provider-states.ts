/** What payments' callers take for given in their pacts. */
import { ids } from '#chassis/testing/pact/examples.ts';
import type { PactProvider } from '#chassis/testing/pact/provider.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { payments } from '../payments.ts';

const made = { requestId: ids.request, orderId: ids.order };
const amount = { units: 10n, nanos: 500_000_000, currencyCode: 'EUR' };

export const paymentsProvider: PactProvider = {
  definition: payments,
  states({ client }) {
    const orders = () => client(PaymentsService, { service: 'orders' });
    const authorize = async () => {
      const { payment } = await (await orders()).authorizePayment({ ...made, amount, paymentToken: 'tok_visa' });
      return { payment: payment?.id ?? '' };
    };
    const capture = async () => {
      const { payment } = await authorize();
      await (await orders()).capturePayment({ paymentId: payment });
      return { payment };
    };
    const voidIt = async () => {
      await (await orders()).voidPayment({ authorizeRequestId: made.requestId, orderId: made.orderId });
    };
    return {
      'no payments': async () => undefined,
      'an authorized payment': authorize,
      'a captured payment': capture,
      'a payment voided before it was made': voidIt,
      async 'a voided payment'() {
        const known = await authorize();
        await voidIt();
        return known;
      },
      async 'a refunded payment'() {
        const { payment } = await capture();
        await (await orders()).refundPayment({ requestId: ids.saga, paymentId: payment, reason: 'cancelled' });
        return { payment };
      },
    };
  },
};
