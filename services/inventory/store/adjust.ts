import type { Database } from '#chassis/db/connect.ts';
import { inTransaction } from '#chassis/db/transaction.ts';
import { appendOutbox, wakeOutbox } from '#chassis/outbox/append.ts';
import type { Adjustment, AdjustOutcome, Availability, StockEvents } from '../app/ports.ts';

interface Answer {
  product_id: string;
  available: bigint;
  reserved: bigint;
  version: bigint;
}

/** Changes what is on hand, in one transaction with its record and its event. A repeat answers what the first was answered. */
export async function adjust(db: Database, events: StockEvents, wish: Adjustment): Promise<AdjustOutcome> {
  const { requestId, requestHash, productId, warehouse, delta, lowThreshold } = wish;
  const outcome = await inTransaction<AdjustOutcome>(db, async (tx) => {
    await tx`insert into stock (product_id, warehouse) values (${productId}, ${warehouse}) on conflict do nothing`;
    const [stock] = await tx<{ on_hand: bigint; reserved: bigint }[]>`
      select on_hand, reserved from stock where product_id = ${productId} and warehouse = ${warehouse} for update`;
    const [known] = await tx<(Answer & { request_hash: Uint8Array })[]>`
      select * from adjustment where request_id = ${requestId}`;
    if (known) {
      if (!Buffer.from(known.request_hash).equals(requestHash)) return { kind: 'reused' };
      return { kind: 'adjusted', availability: availabilityOf(known) };
    }
    const { on_hand: onHand, reserved } = stock ?? { on_hand: 0n, reserved: 0n };
    if (onHand + delta < 0n) return { kind: 'too-few', onHand: onHand + reserved, reserved };
    await tx`
      update stock set on_hand = on_hand + ${delta}, received = received + ${delta}, version = version + 1,
        low_threshold = coalesce(${lowThreshold ?? null}::bigint, low_threshold),
        low_announced = low_announced and on_hand + ${delta} <= coalesce(${lowThreshold ?? null}::bigint, low_threshold)
      where product_id = ${productId} and warehouse = ${warehouse}`;
    const [answer] = await tx<Answer[]>`
      insert into adjustment (request_id, request_hash, product_id, warehouse, delta, available, reserved, version)
      select ${requestId}, ${requestHash}, ${productId}::uuid, ${warehouse}, ${delta}::bigint, sum(on_hand), sum(reserved), sum(version)
      from stock where product_id = ${productId}
      returning product_id, available, reserved, version`;
    if (!answer) throw new Error(`Adjustment ${requestId} left no record`);
    if (delta > 0n) await appendOutbox(tx, [events.replenished(productId, answer.available)]);
    return { kind: 'adjusted', availability: availabilityOf(answer) };
  });
  wakeOutbox(db);
  return outcome;
}

function availabilityOf({ product_id, available, reserved, version }: Answer): Availability {
  return { productId: product_id, available, reserved, version };
}
