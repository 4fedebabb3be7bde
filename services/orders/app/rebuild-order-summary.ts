/** Builds the read model of orders anew from the event streams while the old one serves. */
import { DomainError } from '#chassis/domain-error.ts';
import type { OrderSummaryStore } from './ports.ts';

/** Hands every event the streams hold at this moment to the read model, and answers how many there were. */
export type Replay = () => Promise<number>;

export function rebuildOrderSummary(generations: Pick<OrderSummaryStore, 'begin' | 'swap'>, replay: Replay) {
  return async (): Promise<{ events: number; rows: number }> => {
    // The new generation is begun first: what happens from now on reaches it through the consumer, what happened before through the replay.
    const generation = await generations.begin();
    const events = await replay();
    const rows = await generations.swap(generation);
    if (rows === undefined) throw new DomainError('CONCURRENT_CHANGE');
    return { events, rows };
  };
}
