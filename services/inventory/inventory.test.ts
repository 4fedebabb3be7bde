import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { expectSchema } from '#chassis/testing/schema.ts';
import type { Line, StockStore } from './app/ports.ts';
import { stockEvents } from './events/publish.ts';
import { inventoryMigrations } from './inventory.ts';
import { despiteDeadlock } from './store/despite-deadlock.ts';
import { adjustmentTable, reservationLineTable, reservationTable, stockTable } from './store/schema.ts';
import { stockStore } from './store/stock-store.ts';

let db: TestDatabase;
let store: StockStore;
beforeAll(async () => {
  db = await testDatabase([inventoryMigrations]);
  store = stockStore(db, stockEvents);
});
afterAll(() => db.drop());

const hashOf = (value: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(value, (_, v) => `${v}`))
    .digest();

async function stocked(...warehouses: bigint[]): Promise<string> {
  const productId = newId();
  for (const [index, delta] of warehouses.entries()) await receive(productId, delta, `w${index}`);
  return productId;
}

function receive(productId: string, delta: bigint, warehouse = 'w0', requestId = newId()) {
  return store.adjust({
    requestId,
    requestHash: hashOf([productId, delta]),
    productId,
    warehouse,
    delta,
    lowThreshold: undefined,
  });
}

function wish(lines: Line[], requestId: string = newId(), orderId: string = newId()) {
  return { requestId, orderId, lines, requestHash: hashOf(lines) };
}

async function free(productId: string): Promise<bigint | undefined> {
  return (await store.availabilityOf([productId]))[0]?.available;
}

async function eventsOf(aggregate: string): Promise<string[]> {
  const rows = await db.sql<
    { subject: string }[]
  >`select subject from outbox where aggregate_id = ${aggregate} order by seq`;
  return rows.map(({ subject }) => subject.slice(subject.lastIndexOf('.') + 1));
}

test('the tables are those the code names', () =>
  expectSchema(db, [stockTable, reservationTable, reservationLineTable, adjustmentTable]));

describe('reserving', () => {
  test('1,000 buyers of 100 pieces: exactly 100 get one', async () => {
    const productId = await stocked(60n, 40n);
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, () => store.reserve(wish([{ productId, quantity: 1n }]), 900)),
    );
    expect(outcomes.filter(({ kind }) => kind === 'held')).toHaveLength(100);
    expect(outcomes.filter(({ kind }) => kind === 'short')).toHaveLength(900);
    expect(await free(productId)).toBe(0n);
  });

  test('orders for the same products in opposite order never block each other', async () => {
    const [first, second] = [await stocked(500n), await stocked(500n)];
    const lines = [first, second].map((productId) => ({ productId, quantity: 1n }));
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, (_, index) => store.reserve(wish(index % 2 ? lines : lines.toReversed()), 900)),
    );
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['held']));
    expect([await free(first), await free(second)]).toEqual([100n, 100n]);
  });

  test('takes every line or none, and says what is missing', async () => {
    const [enough, few] = [await stocked(10n), await stocked(2n)];
    const order = wish([
      { productId: enough, quantity: 5n },
      { productId: few, quantity: 3n },
    ]);
    expect(await store.reserve(order, 900)).toEqual({ kind: 'short', available: new Map([[few, 2n]]) });
    expect([await free(enough), await free(few)]).toEqual([10n, 2n]);
    expect(await eventsOf(order.orderId)).toEqual(['StockReservationFailed']);
  });

  test('spreads a line over warehouses', async () => {
    const productId = await stocked(3n, 4n);
    expect(await store.reserve(wish([{ productId, quantity: 6n }]), 900)).toMatchObject({ kind: 'held' });
    expect(await free(productId)).toBe(1n);
  });

  test('a repeat, even at the same time, holds nothing more', async () => {
    const productId = await stocked(10n);
    const order = wish([{ productId, quantity: 2n }]);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => store.reserve(order, 900)));
    expect(outcomes.filter(({ kind }) => kind === 'held')).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => 'reservation' in outcome && outcome.reservation.id)).size).toBe(1);
    expect(await free(productId)).toBe(8n);
    expect(await eventsOf(order.orderId)).toEqual(['StockReserved']);
  });
});

describe('giving back', () => {
  test.each(['held', 'sold'])('returns %s pieces once, however often it is asked', async (kind) => {
    const productId = await stocked(5n);
    const order = wish([{ productId, quantity: 3n }]);
    const outcome = await store.reserve(order, 900);
    if (kind === 'sold' && 'reservation' in outcome) await store.commit(outcome.reservation.id);
    await Promise.all([store.release(order.requestId, order.orderId), store.release(order.requestId, order.orderId)]);
    expect(await free(productId)).toBe(5n);
    expect(await eventsOf(order.orderId)).toEqual(['StockReserved', 'StockReleased']);
  });

  test('before the request came, makes the request be refused', async () => {
    const productId = await stocked(5n);
    const order = wish([{ productId, quantity: 1n }]);
    expect(await store.release(order.requestId, order.orderId)).toBe(true);
    expect(await store.reserve(order, 900)).toMatchObject({ kind: 'known', reservation: { state: 'RELEASED' } });
    expect(await free(productId)).toBe(5n);
  });

  test('refuses a request that belongs to another order', async () => {
    const order = wish([{ productId: await stocked(1n), quantity: 1n }]);
    await store.reserve(order, 900);
    expect(await store.release(order.requestId, newId())).toBe(false);
  });
});

describe('a reservation whose time is over', () => {
  test('returns its pieces and says so', async () => {
    const productId = await stocked(5n);
    const order = wish([{ productId, quantity: 5n }]);
    await store.reserve(order, 0);
    expect(await store.expire(100)).toBe(1);
    expect(await free(productId)).toBe(5n);
    expect(await eventsOf(order.orderId)).toEqual(['StockReserved', 'ReservationExpired']);
    expect((await eventsOf(productId)).at(-1)).toBe('StockReplenished');
  });

  test('is sold all the same while its pieces are free, and not when they are gone', async () => {
    const productId = await stocked(5n);
    const [early, late] = [wish([{ productId, quantity: 4n }]), wish([{ productId, quantity: 4n }])];
    const held = await store.reserve(early, 0);
    await store.expire(100);
    const second = await store.reserve(late, 0);
    await store.expire(100);
    const ids = [held, second].map((outcome) => ('reservation' in outcome ? outcome.reservation.id : ''));
    expect((await store.commit(ids[0] ?? ''))?.state).toBe('COMMITTED');
    expect((await store.commit(ids[1] ?? ''))?.state).toBe('EXPIRED');
    expect(await free(productId)).toBe(1n);
  });
});

describe('nobody waits in a circle', () => {
  test('a repeat does not wait for the sale of its reservation, which may wait for the same products', async () => {
    const order = wish([{ productId: await stocked(5n), quantity: 1n }]);
    const held = await store.reserve(order, 900);
    await db.another().sql.begin(async (sale) => {
      await sale`update reservation set state = 'COMMITTED' where request_id = ${order.requestId}`;
      expect(await store.reserve(order, 900)).toMatchObject({ kind: 'known', reservation: { state: 'HELD' } });
    });
    expect(held.kind).toBe('held');
  });

  test('the sweeper lets go of the products of one reservation before it takes those of the next', async () => {
    const [first, second] = [await stocked(1n), await stocked(1n)];
    const orders = [wish([{ productId: second, quantity: 1n }]), wish([{ productId: first, quantity: 1n }])];
    for (const order of orders) await store.reserve(order, 0);
    let sweep: Promise<number> | undefined;
    await db.another().sql.begin(async (buyer) => {
      await buyer`select from stock where product_id = ${first} for update`;
      sweep = store.expire(100);
      await eventually(async () => expect(await free(second)).toBe(1n));
      await buyer`select from stock where product_id = ${second} for update`;
    });
    expect(await sweep).toBe(2);
  });

  test('a statement that the database ends to free others is run again', async () => {
    let tries = 0;
    const statement = async () => {
      if (++tries < 3) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
      return 'done';
    };
    expect(await despiteDeadlock(statement)).toBe('done');
    await expect(despiteDeadlock(() => Promise.reject(new Error('else')))).rejects.toThrow('else');
  });
});

describe('adjusting', () => {
  test('answers a repeat as the first, and refuses another body under the same request', async () => {
    const [productId, requestId] = [newId(), newId()];
    const first = await receive(productId, 5n, 'w0', requestId);
    await receive(productId, 7n);
    expect(await receive(productId, 5n, 'w0', requestId)).toEqual(first);
    expect(await receive(productId, 6n, 'w0', requestId)).toEqual({ kind: 'reused' });
    expect(await free(productId)).toBe(12n);
  });

  test('never writes off what is reserved', async () => {
    const productId = await stocked(5n);
    await store.reserve(wish([{ productId, quantity: 3n }]), 900);
    expect(await receive(productId, -3n)).toEqual({ kind: 'too-few', onHand: 5n, reserved: 3n });
  });

  test('low stock is told once until it has recovered', async () => {
    const productId = await stocked(20n);
    await receive(productId, -16n);
    await store.announceLowStock(100);
    await store.announceLowStock(100);
    expect((await eventsOf(productId)).filter((type) => type === 'StockLow')).toHaveLength(1);
    await receive(productId, 20n);
    await receive(productId, -20n);
    await store.announceLowStock(100);
    expect((await eventsOf(productId)).filter((type) => type === 'StockLow')).toHaveLength(2);
  });
});

test('is not refused by a check tested on a row that is already history', async () => {
  for (let round = 0; round < 60; round++) {
    const productId = await stocked(6n, 3n);
    const two = [4n, 3n].map((quantity) => store.reserve(wish([{ productId, quantity }]), 900));
    await receive(productId, 1n);
    expect(await Promise.all(two)).toMatchObject([{ kind: 'held' }, { kind: 'held' }]);
  }
});

test('whatever orders do side by side, every piece is free, held or sold', async () => {
  const action = fc.record({
    kind: fc.constantFrom('reserve', 'commit', 'release', 'receive', 'expire' as const),
    order: fc.nat(5),
    pieces: fc.bigInt(1n, 4n),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 40 }), async (actions) => {
      const productId = await stocked(6n, 3n);
      const orders = Array.from({ length: 6 }, (_, index) =>
        wish([{ productId, quantity: BigInt(index + 1) }], randomUUID()),
      );
      const ids = new Map<number, string>();
      await Promise.all(
        actions.map(async ({ kind, order, pieces }) => {
          const target = orders[order] ?? wish([]);
          if (kind === 'receive') return receive(productId, pieces);
          if (kind === 'expire') return store.expire(10);
          if (kind === 'release') return store.release(target.requestId, target.orderId);
          if (kind === 'commit') return store.commit(ids.get(order) ?? newId());
          const outcome = await store.reserve(target, 900);
          if ('reservation' in outcome) ids.set(order, outcome.reservation.id);
          return outcome;
        }),
      );
      const [sums] = await db.sql`
        select sum(on_hand + reserved + sold)::int as pieces, sum(received)::int as received, sum(reserved)::int as reserved, (
          select coalesce(sum(quantity), 0)::int from reservation_line join reservation on id = reservation_id
          where state = 'HELD' and product_id = ${productId}) as held
        from stock where product_id = ${productId}`;
      expect(sums).toEqual({ ...sums, pieces: sums?.received, held: sums?.reserved });
    }),
    { numRuns: 40 },
  );
});
