import { DomainError } from '#chassis/domain-error.ts';
import type { Reservation, ReserveWish, StockStore } from './ports.ts';

/** Holds stock for an order, all of it or none. A repeat answers the reservation that the first made. */
export function reserveStock(store: StockStore, ttlSeconds: number) {
  return async (wish: ReserveWish): Promise<Reservation> => {
    const outcome = await store.reserve(wish, ttlSeconds);
    if (outcome.kind === 'short') {
      const pieces = [...outcome.available].map(([product, available]) => [product, available.toString()]);
      throw new DomainError('INSUFFICIENT_STOCK', Object.fromEntries(pieces));
    }
    const { requestHash, state } = outcome.reservation;
    if (requestHash === null || state === 'RELEASED') throw new DomainError('RESERVATION_RELEASED');
    if (!Buffer.from(requestHash).equals(wish.requestHash)) throw new DomainError('REQUEST_ID_REUSED');
    return outcome.reservation;
  };
}
