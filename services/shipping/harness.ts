/** What the tests of shipping share: the real use cases on a real database. */
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import type { NewShipment } from './app/ports.ts';
import { buildShipping, shippingMigrations } from './shipping.ts';

export async function openShipping() {
  const db = await testDatabase([shippingMigrations]);
  return {
    db,
    ...buildShipping(db),
    /** The use cases over a pool of their own, as in another process. */
    replica: () => buildShipping(db.another()),
    /** The short names of the events of an order, in the order they were written. */
    async events(orderId: string) {
      const rows = await db.sql<{ subject: string }[]>`
        select subject from outbox where aggregate_id = ${orderId} order by seq`;
      return rows.map(({ subject }) => subject.slice(subject.lastIndexOf('.') + 1));
    },
    /** What the events of an order say of themselves, in the order they were written. */
    async headers(orderId: string) {
      const rows = await db.sql<{ headers: Record<string, string> }[]>`
        select headers from outbox where aggregate_id = ${orderId} order by seq`;
      return rows.map(({ headers }) => headers);
    },
  };
}

export type OpenShipping = Awaited<ReturnType<typeof openShipping>>;

export function shipmentWish(): NewShipment {
  const address = {
    recipient: 'Ada Lovelace',
    line1: 'Unter den Linden 1',
    line2: '',
    city: 'Berlin',
    postalCode: '10117',
    countryCode: 'DE',
  };
  return { requestId: newId(), requestHash: 'hash', orderId: newId(), address, weightGrams: 1200n };
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
