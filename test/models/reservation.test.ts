import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { adjustStock } from '../../services/inventory/app/adjust-stock.ts';
import { commitReservation } from '../../services/inventory/app/commit-reservation.ts';
import { releaseReservation } from '../../services/inventory/app/release-reservation.ts';
import { reserveStock } from '../../services/inventory/app/reserve-stock.ts';
import { stockEvents } from '../../services/inventory/events/publish.ts';
import { inventoryMigrations } from '../../services/inventory/inventory.ts';
import { stockStore } from '../../services/inventory/store/stock-store.ts';
import { ENOUGH_MS, explain, operation, roundsOf } from './explained.ts';
import {
  adjust,
  type Body,
  commit,
  expire,
  type Model,
  RECEIPTS,
  release,
  reserve,
  START,
  STOCK,
  type State,
  WANTS,
  wants,
} from './reservation.model.ts';

let db: TestDatabase;
let shops: ReturnType<typeof oneProcess>[];
beforeAll(async () => {
  db = await testDatabase([inventoryMigrations]);
  shops = [oneProcess(stockStore(db, stockEvents)), oneProcess(stockStore(db.another(), stockEvents))];
});
afterAll(() => db.drop());

function oneProcess(store: ReturnType<typeof stockStore>) {
  return {
    reserve: reserveStock(store, 900),
    commit: commitReservation(store),
    release: releaseReservation(store),
    adjust: adjustStock(store),
    expire: store.expire,
  };
}

type World = Awaited<ReturnType<typeof stockedWorld>>;

async function stockedWorld() {
  const products = STOCK.map(() => newId());
  const requests = WANTS.map(() => ({ requestId: newId(), orderId: newId() }));
  const receipts = RECEIPTS.map(() => newId());
  const shop = (process: number) => shops[process] ?? oneProcess(stockStore(db, stockEvents));
  const change = async (process: number, requestId: string, product: number, delta: number, warehouse = 'north') => {
    const receipt = { requestId, requestHash: Buffer.from(`${delta}`), productId: products[product] ?? '', warehouse };
    const { available } = await shop(process).adjust({ ...receipt, delta: BigInt(delta), lowThreshold: undefined });
    return `${available} free`;
  };
  for (const [product, pieces] of STOCK.entries()) {
    // The first product is corrected by counts of its one warehouse; the second is spread over two.
    await change(0, newId(), product, product, 'south');
    await change(0, newId(), product, pieces - product);
  }
  const reservation = async (request: number) => {
    const [row] = await db.sql<{ id: string }[]>`
      select id from reservation where request_id = ${requests[request]?.requestId ?? ''}`;
    return row?.id;
  };
  return {
    async reserve(process: number, request: number, body: string) {
      const lines = wants(request).flatMap((pieces, at) =>
        pieces > 0 ? [{ productId: products[at] ?? '', quantity: BigInt(pieces) }] : [],
      );
      const { requestId, orderId } = requests[request] ?? { requestId: '', orderId: '' };
      const wish = { requestId, orderId, lines: process ? lines : lines.toReversed(), requestHash: Buffer.from(body) };
      return (await shop(process).reserve(wish)).state;
    },
    async commit(process: number, request: number) {
      const id = await reservation(request);
      return id ? (await shop(process).commit(id)).state : 'none';
    },
    async release(process: number, request: number) {
      const { requestId, orderId } = requests[request] ?? { requestId: '', orderId: '' };
      await shop(process).release(requestId, orderId);
      return 'done';
    },
    async expire(process: number, request: number) {
      const { requestId } = requests[request] ?? {};
      await db.sql`
        update reservation set expire_time = now() - interval '1 second' where request_id = ${requestId ?? ''} and state = 'HELD'`;
      await shop(process).expire(100);
      // One that was passed over is given its time back: the model knows no clock.
      await db.sql`update reservation set expire_time = now() + interval '1 hour' where request_id = ${requestId ?? ''} and state = 'HELD'`;
      return 'done';
    },
    adjust: (process: number, receipt: number) => change(process, receipts[receipt] ?? '', 0, RECEIPTS[receipt] ?? 0),
    async observe() {
      const stock = await db.sql<{ product_id: string; free: number; balance: number; held: number }[]>`
        select product_id, sum(on_hand)::int as free, sum(on_hand + reserved + sold - received)::int as balance,
          (sum(reserved + sold) - (
            select coalesce(sum(quantity), 0) from reservation_line as line join reservation on id = reservation_id
            where line.product_id = stock.product_id and state in ('HELD', 'COMMITTED')))::int as held
        from stock where product_id = any(${products}::uuid[]) group by product_id`;
      const rows = await db.sql<{ request_id: string; state: State }[]>`
        select request_id, state from reservation where request_id = any(${requests.map((each) => each.requestId)}::uuid[])`;
      const events = await db.sql<{ order: string; type: string }[]>`
        select aggregate_id as order, substring(subject from '[^.]+$') as type from outbox
        where aggregate_id = any(${requests.map((each) => each.orderId)}) order by type`;
      return {
        free: products.map((id) => stock.find((row) => row.product_id === id)?.free),
        lost: stock.filter(({ balance, held }) => balance !== 0 || held !== 0),
        states: requests.map((each) => rows.find((row) => row.request_id === each.requestId)?.state ?? 'never asked'),
        told: requests.map((each) => events.filter((row) => row.order === each.orderId).map((row) => row.type)),
      };
    },
  };
}

const reserving = (at: number, which: number, body: Body) =>
  operation<Model, World>(`reserve ${which} with ${body} body`, [reserve(which, body)], (world) =>
    world.reserve(at, which, body),
  );
const committing = (at: number, which: number) =>
  operation<Model, World>(`commit ${which}`, [commit(which)], (world) => world.commit(at, which));
const releasing = (at: number, which: number) =>
  operation<Model, World>(`release ${which}`, [release(which)], (world) => world.release(at, which));
const expiring = (at: number, which: number) =>
  operation<Model, World>(`expire ${which}`, [expire(which)], (world) => world.expire(at, which));
const adjusting = (at: number, which: number) =>
  operation<Model, World>(`receive ${RECEIPTS[which]}`, [adjust(which)], (world) => world.adjust(at, which));

const process = fc.nat({ max: 1 });
const request = fc.nat({ max: WANTS.length - 1 });
const receipt = fc.nat({ max: RECEIPTS.length - 1 });
const body = fc.constantFrom<Body[]>('this', 'this', 'this', 'that');
const step = fc.oneof(
  fc.tuple(process, request, body).map((wish) => reserving(...wish)),
  fc.tuple(process, request).map(([at, which]) => committing(at, which)),
  fc.tuple(process, request).map(([at, which]) => releasing(at, which)),
  fc.tuple(process, request).map(([at, which]) => expiring(at, which)),
  fc.tuple(process, receipt).map(([at, which]) => adjusting(at, which)),
);
const prelude = [reserving(0, 0, 'this'), reserving(1, 3, 'this'), expiring(0, 0)];

test('whatever is asked of two processes side by side, some order explains every answer, and no piece is lost or held twice', async () => {
  await fc.assert(
    fc.asyncProperty(roundsOf(step, 8, prelude), async (rounds) => {
      const world = await stockedWorld();
      const left = await explain(START, world, rounds, {
        real: world.observe,
        model: ({ free, states, told }) => ({ free, lost: [], states, told }),
      });
      expect(left).not.toEqual([]);
    }),
    { numRuns: 100, interruptAfterTimeLimit: ENOUGH_MS },
  );
});
