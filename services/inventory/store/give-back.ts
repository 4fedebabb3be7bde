import type { Database } from '#chassis/db/connect.ts';
import { inTransaction, type Transaction } from '#chassis/db/transaction.ts';
import { newId } from '#chassis/ids.ts';
import { appendOutbox, wakeOutbox } from '#chassis/outbox/append.ts';
import type { StockEvents } from '../app/ports.ts';
import { findReservation } from './reservation.ts';

/**
 * Returns the pieces of the reservation that a request made, held or sold, and leaves a mark when that request was never seen, so that it is refused if it still
 * comes. Answers false when the request belongs to another order.
 */
export async function release(db: Database, events: StockEvents, requestId: string, orderId: string): Promise<boolean> {
  const result = await inTransaction(db, async (tx) => {
    await tx`
      insert into reservation (id, request_id, order_id, state, expire_time)
      values (${newId()}, ${requestId}, ${orderId}, 'RELEASED', now()) on conflict (request_id) do nothing`;
    const [row] = await tx<{ id: string; order_id: string }[]>`
      select id, order_id from reservation where request_id = ${requestId} for update`;
    if (row?.order_id !== orderId) return { ours: false };
    await giveBack(tx, events, row.id, 'RELEASED');
    return { ours: true };
  });
  if (result.ours) wakeOutbox(db);
  return result.ours;
}

/**
 * Ends reservations whose time is over, at most `limit` of them, several sweepers side by side. Answers how many. Each ends in a transaction of its own: one that
 * holds the products of several in the order in which they ended could wait in a circle with orders, which take products in theirs.
 */
export async function expire(db: Database, events: StockEvents, limit: number): Promise<number> {
  let count = 0;
  while (count < limit && (await expireNext(db, events))) count++;
  if (count > 0) wakeOutbox(db);
  return count;
}

function expireNext(db: Database, events: StockEvents): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const [due] = await tx<{ id: string }[]>`
      select id from reservation where state = 'HELD' and expire_time <= now()
      order by expire_time limit 1 for update skip locked`;
    if (due) await giveBack(tx, events, due.id, 'EXPIRED');
    return due !== undefined;
  });
}

/** Within a transaction that has locked the reservation: moves its pieces back to free ones and says so. Does nothing to one that holds none. */
async function giveBack(tx: Transaction, events: StockEvents, id: string, to: 'RELEASED' | 'EXPIRED'): Promise<void> {
  const reservation = await findReservation(tx, { id });
  if (reservation?.state !== 'HELD' && reservation?.state !== 'COMMITTED') {
    if (reservation?.state === 'EXPIRED') await tx`update reservation set state = ${to} where id = ${id}`;
    return;
  }
  const from = reservation.state === 'HELD' ? 'reserved' : 'sold';
  await tx`
    select from stock join reservation_line using (product_id, warehouse) where reservation_id = ${id}
    order by stock.product_id, stock.warehouse for update of stock`;
  await tx`
    update stock set on_hand = on_hand + quantity, ${tx(from)} = ${tx(from)} - quantity, version = version + 1,
      low_announced = low_announced and on_hand + quantity <= low_threshold
    from reservation_line
    where reservation_id = ${id} and stock.product_id = reservation_line.product_id and stock.warehouse = reservation_line.warehouse`;
  await tx`update reservation set state = ${to} where id = ${id}`;
  const available = await tx<{ product_id: string; available: bigint }[]>`
    select product_id, sum(on_hand)::bigint as available from stock
    where product_id in (select product_id from reservation_line where reservation_id = ${id}) group by product_id`;
  const { orderId, lines } = reservation;
  await appendOutbox(tx, [
    to === 'RELEASED' ? events.released(orderId, id, lines) : events.expired(orderId, id, lines),
    ...available.map((row) => events.replenished(row.product_id, row.available)),
  ]);
}
