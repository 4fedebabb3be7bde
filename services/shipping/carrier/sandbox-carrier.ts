/** A carrier to develop against: it takes parcels and delivers them after times of its own, and nothing is lost when it is killed. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '#chassis/log.ts';
import type { CarrierStore } from '../app/ports.ts';

const BATCH = 100;

export interface CarrierTimes {
  dispatchSeconds: number;
  deliverySeconds: number;
}

/** One round: takes and delivers everything that is due now. */
export async function carryRound(
  store: CarrierStore,
  { dispatchSeconds, deliverySeconds }: CarrierTimes,
): Promise<void> {
  while ((await store.dispatchDue(dispatchSeconds, BATCH)) === BATCH);
  while ((await store.deliverDue(deliverySeconds, BATCH)) === BATCH);
}

/** Works round after round until stopped; a round that fails is logged and the next one tries again. Stopping waits for the round under way. */
export function startCarrier(
  store: CarrierStore,
  options: CarrierTimes & { intervalMs: number; log: Logger },
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const work = async () => {
    while (!stopping.signal.aborted) {
      await carryRound(store, options).catch((error: unknown) =>
        options.log.error({ err: error }, 'a carrier round failed'),
      );
      await pause(options.intervalMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const done = work();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
