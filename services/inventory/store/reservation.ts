import type { Database } from '#chassis/db/connect.ts';
import type { Transaction } from '#chassis/db/transaction.ts';
import type { Reservation } from '../app/ports.ts';

interface RawReservation {
  id: string;
  request_hash: Uint8Array | null;
  order_id: string;
  state: Reservation['state'];
  expire_time: Date;
  lines: { product_id: string; quantity: string }[];
}

/** Reads the reservation that a condition on the table finds. */
export async function findReservation(
  sql: Database['sql'] | Transaction,
  by: { id: string } | { requestId: string },
): Promise<Reservation | undefined> {
  const condition = 'id' in by ? sql`id = ${by.id}` : sql`request_id = ${by.requestId}`;
  const [row] = await sql<RawReservation[]>`
    select id, request_hash, order_id, state, expire_time, coalesce((
      select jsonb_agg(jsonb_build_object('product_id', product_id, 'quantity', quantity::text) order by product_id)
      from (
        select product_id, sum(quantity) as quantity from reservation_line
        where reservation_id = reservation.id group by product_id
      ) as line
    ), '[]') as lines
    from reservation where ${condition}`;
  return (
    row && {
      id: row.id,
      requestHash: row.request_hash,
      orderId: row.order_id,
      state: row.state,
      expireTime: row.expire_time,
      lines: row.lines.map((line) => ({ productId: line.product_id, quantity: BigInt(line.quantity) })),
    }
  );
}
