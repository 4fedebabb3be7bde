/** Keeps a provider that is slow from holding all that payments can do: calls to the outside have places of their own, and a bounded line before them. */
import { ConnectError } from '@connectrpc/connect';
import { currentCall } from '#chassis/rpc/call.ts';
import { Bulkhead } from '#chassis/rpc/resilience/bulkhead.ts';
import { EXTERNAL } from '#chassis/rpc/resilience/plan.ts';
import { type PaymentProvider, ProviderUnavailable } from './app/ports.ts';

/**
 * The same provider, asked so many things at a time. The places are here and not before payments' RPCs, where callers would count all that payments does itself against
 * them. Who finds the line full, or waits in it for longer than its call has time, hears what a provider that gives no answer would have it hear.
 */
export function boundedProvider(provider: PaymentProvider, plan = EXTERNAL): PaymentProvider {
  const bulkhead = new Bulkhead('payment-provider', plan);
  const ask = <T>(question: () => Promise<T>): Promise<T> => {
    const work = currentCall();
    return bulkhead.run(question, work?.deadline, work?.signal).catch((error: unknown) => {
      // A provider does not speak our protocol: this was never asked.
      throw error instanceof ConnectError ? new ProviderUnavailable(error.rawMessage, { cause: error }) : error;
    });
  };
  return {
    authorize: (charge) => ask(() => provider.authorize(charge)),
    find: (key) => ask(() => provider.find(key)),
    capture: (key) => ask(() => provider.capture(key)),
    void: (key) => ask(() => provider.void(key)),
    refund: (refund) => ask(() => provider.refund(refund)),
    onReport: (listener) => provider.onReport(listener),
  };
}
