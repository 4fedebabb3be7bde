import { DomainError } from '#chassis/domain-error.ts';
import type { Reservation, StockStore } from './ports.ts';

/** Turns held pieces into sold ones. */
export function commitReservation(store: StockStore) {
  return async (reservationId: string): Promise<Reservation> => {
    const reservation = await store.commit(reservationId);
    if (!reservation) throw new DomainError('RESERVATION_NOT_FOUND');
    if (reservation.state === 'RELEASED') throw new DomainError('RESERVATION_RELEASED');
    if (reservation.state === 'EXPIRED') throw new DomainError('RESERVATION_EXPIRED');
    return reservation;
  };
}
