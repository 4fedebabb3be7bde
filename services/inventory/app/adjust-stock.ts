import { DomainError } from '#chassis/domain-error.ts';
import type { Adjustment, Availability, StockStore } from './ports.ts';

/** Receives stock or corrects it by a count. */
export function adjustStock(store: StockStore) {
  return async (adjustment: Adjustment): Promise<Availability> => {
    const outcome = await store.adjust(adjustment);
    if (outcome.kind === 'reused') throw new DomainError('REQUEST_ID_REUSED');
    if (outcome.kind === 'too-few') {
      const { onHand, reserved } = outcome;
      throw new DomainError('STOCK_BELOW_RESERVED', { on_hand: `${onHand}`, reserved: `${reserved}` });
    }
    return outcome.availability;
  };
}
