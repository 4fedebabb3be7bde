import type { Database } from '#chassis/db/connect.ts';
import { inTransaction, type Transaction } from '#chassis/db/transaction.ts';
import type { Reservation } from '../app/ports.ts';
import { despiteDeadlock } from './despite-deadlock.ts';
import { findReservation } from './reservation.ts';

/**
 * Sells what a reservation holds. One statement for the usual case; one that ended in the meantime takes its pieces anew if they are there. Answers the reservation
 * as it is now (its state says whether it was sold), or undefined when there is none. As in `reserve`, columns are written from the locked row, because checks are
 * tested on the snapshot's row first.
 */
export async function commit(db: Database, id: string): Promise<Reservation | undefined> {
  await despiteDeadlock(
    () => db.sql`
    with sold as (
      update reservation set state = 'COMMITTED' where id = ${id} and state = 'HELD' returning id
    ), locked as materialized (
      select stock.*, quantity
      from sold join reservation_line on reservation_id = sold.id join stock using (product_id, warehouse)
      order by stock.product_id, stock.warehouse for update of stock
    )
    update stock set on_hand = locked.on_hand, reserved = locked.reserved - quantity, sold = locked.sold + quantity,
      received = locked.received, version = locked.version + 1
    from locked where stock.product_id = locked.product_id and stock.warehouse = locked.warehouse`,
  );
  const reservation = await findReservation(db.sql, { id });
  if (reservation?.state !== 'EXPIRED') return reservation;
  await inTransaction(db, (tx) => takeAnew(tx, reservation));
  return findReservation(db.sql, { id });
}

/** Sells the pieces of an expired reservation from what is free now: all of them, or none. */
async function takeAnew(tx: Transaction, { id, lines }: Reservation): Promise<void> {
  const [row] = await tx`select from reservation where id = ${id} and state = 'EXPIRED' for update`;
  if (!row) return;
  const products = lines.map(({ productId }) => productId);
  const free = await tx<{ product_id: string; warehouse: string; on_hand: bigint }[]>`
    select product_id, warehouse, on_hand from stock
    where product_id = any(${products}::uuid[]) order by product_id, warehouse for update`;
  const takes = lines.flatMap(({ productId, quantity }) => {
    let missing = quantity;
    return free.flatMap(({ product_id, warehouse, on_hand }) => {
      if (product_id !== productId || missing === 0n || on_hand === 0n) return [];
      const pieces = BigInt(on_hand) < missing ? on_hand : missing;
      missing -= pieces;
      return [{ productId, warehouse, pieces }];
    });
  });
  const total = (all: { pieces: bigint }[]) => all.reduce((sum, { pieces }) => sum + pieces, 0n);
  if (total(takes) < lines.reduce((sum, { quantity }) => sum + quantity, 0n)) return;
  await tx`delete from reservation_line where reservation_id = ${id}`;
  for (const { productId, warehouse, pieces } of takes) {
    await tx`
      update stock set on_hand = on_hand - ${pieces}, sold = sold + ${pieces}, version = version + 1
      where product_id = ${productId} and warehouse = ${warehouse}`;
    await tx`
      insert into reservation_line (reservation_id, product_id, warehouse, quantity)
      values (${id}, ${productId}, ${warehouse}, ${pieces})`;
  }
  await tx`update reservation set state = 'COMMITTED' where id = ${id}`;
}
