/** What the tests of payments share: the real use cases on a real database, with a provider that can be made to fail. */

import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import type { PaymentProvider } from './app/ports.ts';
import { buildPayments, paymentsMigrations } from './payments.ts';
import { sandboxLedger } from './sandbox/ledger.ts';
import { sandboxProvider } from './sandbox/sandbox-provider.ts';

export const EUR = 1_000_000_000n;

/** Opens a fresh payments database. `wrap` may put itself between payments and the sandbox. */
export async function openPayments(wrap: (provider: PaymentProvider) => PaymentProvider = (provider) => provider) {
  const db = await testDatabase([paymentsMigrations]);
  const sandbox = sandboxProvider(sandboxLedger(db), { slowMs: 50 });
  const useCases = buildPayments(db, wrap(sandbox), 60);
  return {
    db,
    sandbox,
    ...useCases,
    /** Lets the sweeper find everything that is in doubt, as if its time had come. */
    async recoverNow() {
      await db.sql`update payment set doubt_until = now() where doubt_until is not null`;
      await db.sql`update refund set doubt_until = now() where doubt_until is not null`;
      let resolved = 0;
      for (let batch = -1; batch !== 0; resolved += batch) batch = await useCases.recover();
      return resolved;
    },
    /** What the card network knows of an order's payments. */
    charges(orderId: string) {
      return db.sql<{ state: string; amount: string; captured: string; refunded: string }[]>`
        select charge.state, charge.amount, charge.captured, charge.refunded
        from sandbox.charge join payment on provider_key = key where order_id = ${orderId}`;
    },
    /** The short names of the events of an order, in the order they were written. */
    async events(orderId: string) {
      const rows = await db.sql<{ subject: string }[]>`
        select subject from outbox where aggregate_id = ${orderId} order by seq`;
      return rows.map(({ subject }) => subject.slice(subject.lastIndexOf('.') + 1));
    },
    /** An authorized payment of 10 EUR. */
    async authorized() {
      const wish = authorization();
      return { ...wish, payment: await useCases.authorize(wish) };
    },
    /** A captured payment of 10 EUR. */
    async captured() {
      const wish = authorization();
      const { id } = await useCases.authorize(wish);
      return { ...wish, payment: await useCases.capture(id) };
    },
  };
}

export type OpenPayments = Awaited<ReturnType<typeof openPayments>>;

export function authorization(token = 'tok_visa') {
  return { requestId: newId(), orderId: newId(), nanos: 10n * EUR, currency: 'EUR', token };
}

/** The reason a call is refused with, or `done`. */
export async function reasonOfCall(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (error instanceof DomainError) return error.reason;
    throw error;
  }
}
