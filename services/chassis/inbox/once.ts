import type postgres from 'postgres';

/**
 * For effects that no key, version or state keeps from happening twice. Marks an event as applied by a consumer; false when it already was, and then the effect must not happen again. Call it within the transaction of the effect.
 * A second transaction with the same event waits here until the first ends.
 */
export async function once(tx: postgres.ISql<{ bigint: bigint }>, consumer: string, eventId: string): Promise<boolean> {
  const marked = await tx`
    insert into inbox (consumer, event_id) values (${consumer}, ${eventId}) on conflict do nothing returning event_id`;
  return marked.length === 1;
}
