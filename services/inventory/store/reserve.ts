import type { Database } from '#chassis/db/connect.ts';
import { newId } from '#chassis/ids.ts';
import { appendOutbox, type OutboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import type { ReserveOutcome, ReserveWish, StockEvents } from '../app/ports.ts';
import { despiteDeadlock } from './despite-deadlock.ts';
import { findReservation } from './reservation.ts';

/**
 * Holds every line or none. One statement: it locks the products' rows in one order everywhere (so that no two orders wait for each other in a circle), counts from
 * the locked rows and not from its snapshot (which is older than what it waited for), spreads each line over warehouses, fullest first, and stores the reservation with
 * its event. The unique request_id makes a repeat hold nothing; one that is known takes no lock either, for it could wait in a circle with the sale of its reservation,
 * which takes the reservation first and then the products. Every column a check reads is written from the locked row: PostgreSQL tests the checks on the
 * snapshot's row before it notices a newer one, and would refuse pieces that are there.
 */
export async function reserve(
  db: Database,
  events: StockEvents,
  wish: ReserveWish,
  ttlSeconds: number,
): Promise<ReserveOutcome> {
  const { sql } = db;
  const id = newId();
  const event = events.reserved(wish.orderId, id, wish.lines);
  const products = wish.lines.map(({ productId }) => productId);
  const quantities = wish.lines.map(({ quantity }) => quantity.toString());
  const [row] = await despiteDeadlock(
    () => sql<{ expire_time: Date | null; short: Record<string, string> | null }[]>`
    with wanted as (
      select * from unnest(${products}::uuid[], ${quantities}::text[]::bigint[]) as wanted(product_id, quantity)
    ), locked as materialized (
      select product_id, warehouse, on_hand, reserved, sold, received, version from stock
      where product_id = any(${products}::uuid[]) and not exists (select from reservation where request_id = ${wish.requestId})
      order by product_id, warehouse for update
    ), ranked as (
      select *, coalesce(sum(on_hand) over (
        partition by product_id order by on_hand desc, warehouse rows between unbounded preceding and 1 preceding
      ), 0) as before from locked
    ), allocated as (
      select ranked.*, least(on_hand, greatest(quantity - before, 0)) as pieces
      from ranked join wanted using (product_id)
    ), short as (
      select product_id, coalesce(sum(on_hand), 0) as available from wanted left join locked using (product_id)
      group by product_id, quantity having coalesce(sum(on_hand), 0) < quantity
    ), made as (
      insert into reservation (id, request_id, request_hash, order_id, state, expire_time)
      select ${id}::uuid, ${wish.requestId}::uuid, ${wish.requestHash}::bytea, ${wish.orderId}::uuid, 'HELD',
        now() + ${ttlSeconds} * interval '1 second'
      where not exists (select from short)
      on conflict (request_id) do nothing
      returning id, expire_time
    ), taken as (
      update stock set on_hand = allocated.on_hand - pieces, reserved = allocated.reserved + pieces, sold = allocated.sold,
        received = allocated.received, version = allocated.version + 1
      from allocated, made
      where stock.product_id = allocated.product_id and stock.warehouse = allocated.warehouse and pieces > 0
    ), listed as (
      insert into reservation_line (reservation_id, product_id, warehouse, quantity)
      select made.id, product_id, warehouse, pieces from allocated, made where pieces > 0
    ), published as (
      insert into outbox (id, subject, aggregate_id, headers, payload)
      select ${event.id}::uuid, ${event.subject}::text, ${event.aggregate_id}::text, ${sql.json(event.headers)}::jsonb,
        ${event.payload}::bytea
      from made
    )
    select (select expire_time from made) as expire_time,
      (select jsonb_object_agg(product_id, available::text) from short) as short`,
  );
  if (row?.expire_time) {
    wakeOutbox(db);
    const { orderId, lines, requestHash } = wish;
    return {
      kind: 'held',
      reservation: { id, requestHash, orderId, lines, state: 'HELD', expireTime: row.expire_time },
    };
  }
  const known = await findReservation(sql, { requestId: wish.requestId });
  if (known) return { kind: 'known', reservation: known };
  const available = new Map(Object.entries(row?.short ?? {}).map(([product, pieces]) => [product, BigInt(pieces)]));
  await announceFailure(
    db,
    events.reservationFailed(
      wish.orderId,
      wish.lines.filter(({ productId }) => available.has(productId)),
    ),
  );
  return { kind: 'short', available };
}

async function announceFailure(db: Database, event: OutboxRow): Promise<void> {
  await appendOutbox(db.sql, [event]);
  wakeOutbox(db);
}
