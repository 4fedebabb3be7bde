import type { OutboxRow } from '#chassis/outbox/append.ts';

/** A quantity of a product. */
export interface Line {
  productId: string;
  quantity: bigint;
}

/** Pieces held for an order. `requestHash` is null for a mark left by a release that found nothing. */
export interface Reservation {
  id: string;
  requestHash: Uint8Array | null;
  orderId: string;
  state: 'HELD' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';
  expireTime: Date;
  lines: Line[];
}

/** What an order asks to hold. */
export interface ReserveWish {
  requestId: string;
  requestHash: Uint8Array;
  orderId: string;
  lines: Line[];
}

export type ReserveOutcome =
  | { kind: 'held'; reservation: Reservation }
  /** The request was made before: what became of it. */
  | { kind: 'known'; reservation: Reservation }
  /** Nothing was held: pieces available of the products that fall short. */
  | { kind: 'short'; available: Map<string, bigint> };

/** Stock received (positive) or written off (negative). */
export interface Adjustment {
  requestId: string;
  requestHash: Uint8Array;
  productId: string;
  warehouse: string;
  delta: bigint;
  lowThreshold: bigint | undefined;
}

export type AdjustOutcome =
  | { kind: 'adjusted'; availability: Availability }
  | { kind: 'reused' }
  | { kind: 'too-few'; onHand: bigint; reserved: bigint };

/** What of a product can be sold, over all warehouses. */
export interface Availability {
  productId: string;
  available: bigint;
  reserved: bigint;
  version: bigint;
}

/** Keeps stock. Each change is one transaction with the event that tells it. */
export interface StockStore {
  /** Holds every line or none. */
  reserve(wish: ReserveWish, ttlSeconds: number): Promise<ReserveOutcome>;
  /** Sells what a reservation holds, taking an expired one anew if it can be had. Answers it as it is now; undefined when there is none. */
  commit(reservationId: string): Promise<Reservation | undefined>;
  /** Returns the pieces of the reservation a request made, and keeps that request from making one later. False when it belongs to another order. */
  release(requestId: string, orderId: string): Promise<boolean>;
  /** Ends reservations whose time is over, at most `limit`. Answers how many. */
  expire(limit: number): Promise<number>;
  adjust(adjustment: Adjustment): Promise<AdjustOutcome>;
  availabilityOf(productIds: readonly string[]): Promise<Availability[]>;
  /** Says of products that fell to their threshold that they did, once until they recover. Answers how many. */
  announceLowStock(limit: number): Promise<number>;
}

/** Makes the events of inventory, ready for the outbox. */
export interface StockEvents {
  reserved(orderId: string, reservationId: string, lines: Line[]): OutboxRow;
  reservationFailed(orderId: string, missing: Line[]): OutboxRow;
  released(orderId: string, reservationId: string, lines: Line[]): OutboxRow;
  expired(orderId: string, reservationId: string, lines: Line[]): OutboxRow;
  replenished(productId: string, available: bigint): OutboxRow;
  low(productId: string, available: bigint, threshold: bigint): OutboxRow;
}
