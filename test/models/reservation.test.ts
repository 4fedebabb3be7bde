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
import { explain, type Moment, operation, roundsOf } from './explained.ts';

type Body = 'this' | 'that';
type State = 'never asked' | 'HELD' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';

/** What inventory promises for four requests that want pieces of two products. */
interface Model {
  free: readonly number[];
  states: readonly State[];
  told: readonly (readonly string[])[];
  /** Which body made each reservation. */
  bodies: readonly (Body | undefined)[];
  /** What the receipts were answered. */
  receipts: readonly (string | undefined)[];
}

/** Pieces of each product that each request wants; the last two want more than others leave. */
const WANTS = [
  [1, 1],
  [2, 1],
  [3, 0],
  [2, 4],
] as const;
const STOCK = [4, 5];
/** One receipt and one correction, both of the first product. */
const RECEIPTS = [2, -3];

const START: Model = {
  free: STOCK,
  states: WANTS.map(() => 'never asked'),
  told: WANTS.map(() => []),
  bodies: WANTS.map(() => undefined),
  receipts: [],
};

const wants = (request: number) => WANTS[request] ?? [];
const put = (model: Model, request: number, sign: -1 | 0 | 1, state: State, ...told: string[]): Model => ({
  ...model,
  free: model.free.map((pieces, product) => pieces + sign * (wants(request)[product] ?? 0)),
  states: model.states.with(request, state),
  told: model.told.with(request, [...(model.told[request] ?? []), ...told].sort()),
});
const fits = (model: Model, request: number) => model.free.every((pieces, at) => pieces >= (wants(request)[at] ?? 0));

const reserve =
  (request: number, body: Body): Moment<Model> =>
  (model) => {
    const state = model.states[request] ?? 'never asked';
    if (state === 'RELEASED') return [{ model, answer: 'RESERVATION_RELEASED' }];
    if (state !== 'never asked')
      return [{ model, answer: model.bodies[request] === body ? state : 'REQUEST_ID_REUSED' }];
    if (!fits(model, request))
      return [{ model: put(model, request, 0, state, 'StockReservationFailed'), answer: 'INSUFFICIENT_STOCK' }];
    const held = put(model, request, -1, 'HELD', 'StockReserved');
    return [{ model: { ...held, bodies: model.bodies.with(request, body) }, answer: 'HELD' }];
  };

const commit =
  (request: number): Moment<Model> =>
  (model) => {
    switch (model.states[request]) {
      case 'HELD':
        return [{ model: put(model, request, 0, 'COMMITTED'), answer: 'COMMITTED' }];
      case 'COMMITTED':
        return [{ model, answer: 'COMMITTED' }];
      case 'EXPIRED':
        return fits(model, request)
          ? [{ model: put(model, request, -1, 'COMMITTED'), answer: 'COMMITTED' }]
          : [{ model, answer: 'RESERVATION_EXPIRED' }];
      default:
        return [{ model, answer: model.states[request] === 'RELEASED' ? 'RESERVATION_RELEASED' : 'none' }];
    }
  };

const release =
  (request: number): Moment<Model> =>
  (model) => {
    const holds = ['HELD', 'COMMITTED'].includes(model.states[request] ?? '');
    const after = holds ? put(model, request, 1, 'RELEASED', 'StockReleased') : put(model, request, 0, 'RELEASED');
    return [{ model: after, answer: 'done' }];
  };

/** The sweeper passes over a reservation that somebody else has in hand, so it may find nothing. */
const expire =
  (request: number): Moment<Model> =>
  (model) => {
    if (model.states[request] !== 'HELD') return [{ model, answer: 'done' }];
    return [
      { model: put(model, request, 1, 'EXPIRED', 'ReservationExpired'), answer: 'done' },
      { model, answer: 'done' },
    ];
  };

const adjust =
  (receipt: number): Moment<Model> =>
  (model) => {
    const known = model.receipts[receipt];
    if (known) return [{ model, answer: known }];
    const pieces = (model.free[0] ?? 0) + (RECEIPTS[receipt] ?? 0);
    if (pieces < 0) return [{ model, answer: 'STOCK_BELOW_RESERVED' }];
    const receipts = RECEIPTS.map((_, at) => (at === receipt ? `${pieces} free` : model.receipts[at]));
    return [{ model: { ...model, free: model.free.with(0, pieces), receipts }, answer: `${pieces} free` }];
  };

let db: TestDatabase;
let shops: ReturnType<typeof useCases>[];
beforeAll(async () => {
  db = await testDatabase([inventoryMigrations]);
  shops = [useCases(stockStore(db, stockEvents)), useCases(stockStore(db.another(), stockEvents))];
});
afterAll(() => db.drop());

function useCases(store: ReturnType<typeof stockStore>) {
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
  const shop = (process: number) => shops[process] ?? useCases(stockStore(db, stockEvents));
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

const process = fc.nat({ max: 1 });
const request = fc.nat({ max: WANTS.length - 1 });
const receipt = fc.nat({ max: RECEIPTS.length - 1 });
const body = fc.constantFrom<Body[]>('this', 'this', 'this', 'that');
const step = fc.oneof(
  fc
    .tuple(process, request, body)
    .map(([at, which, what]) =>
      operation<Model, World>(`reserve ${which} with ${what} body`, [reserve(which, what)], (world) =>
        world.reserve(at, which, what),
      ),
    ),
  fc
    .tuple(process, request)
    .map(([at, which]) =>
      operation<Model, World>(`commit ${which}`, [commit(which)], (world) => world.commit(at, which)),
    ),
  fc
    .tuple(process, request)
    .map(([at, which]) =>
      operation<Model, World>(`release ${which}`, [release(which)], (world) => world.release(at, which)),
    ),
  fc
    .tuple(process, request)
    .map(([at, which]) =>
      operation<Model, World>(`expire ${which}`, [expire(which)], (world) => world.expire(at, which)),
    ),
  fc
    .tuple(process, receipt)
    .map(([at, which]) =>
      operation<Model, World>(`receive ${RECEIPTS[which]}`, [adjust(which)], (world) => world.adjust(at, which)),
    ),
);

test('whatever is asked of two processes side by side, some order explains every answer, and no piece is lost or held twice', async () => {
  let judged = 0;
  await fc.assert(
    fc.asyncProperty(roundsOf(step, 10), async (rounds) => {
      const world = await stockedWorld();
      const left = await explain(START, world, rounds, {
        real: world.observe,
        model: ({ free, states, told }) => ({ free, lost: [], states, told }),
      });
      judged += left.length;
    }),
    { numRuns: 100 },
  );
  expect(judged).toBeGreaterThanOrEqual(100);
});
