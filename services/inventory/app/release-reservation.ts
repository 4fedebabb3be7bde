import { DomainError } from '#chassis/domain-error.ts';
import type { StockStore } from './ports.ts';

/** Returns the pieces that a request of an order held or sold; harmless when repeated, and when that request never came. */
export function releaseReservation(store: StockStore) {
  return async (requestId: string, orderId: string): Promise<void> => {
    if (!(await store.release(requestId, orderId))) throw new DomainError('RESERVATION_NOT_FOUND');
  };
}
