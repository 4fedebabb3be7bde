import type { Database } from '#chassis/db/connect.ts';
import type { StockEvents, StockStore } from '../app/ports.ts';
import { adjust } from './adjust.ts';
import { availabilityOf } from './availability.ts';
import { commit } from './commit.ts';
import { expire, release } from './give-back.ts';
import { reserve } from './reserve.ts';
import { announceLowStock } from './running-low.ts';

/** Stock in PostgreSQL. */
export function stockStore(db: Database, events: StockEvents): StockStore {
  return {
    reserve: (wish, ttlSeconds) => reserve(db, events, wish, ttlSeconds),
    commit: (reservationId) => commit(db, reservationId),
    release: (requestId, orderId) => release(db, events, requestId, orderId),
    expire: (limit) => expire(db, events, limit),
    adjust: (adjustment) => adjust(db, events, adjustment),
    availabilityOf: (productIds) => availabilityOf(db, productIds),
    announceLowStock: (limit) => announceLowStock(db, events, limit),
  };
}
