import { describe, expect, test } from 'vitest';
import { bulkheadFull } from '#chassis/rpc/resilience/refusal.ts';
import { runToEnd, testClock } from '#chassis/testing/memory-sagas.ts';
import { sagaFaults, withFaultyUndos } from '#chassis/testing/saga-faults.ts';
import { orderChanges } from '../app/change-order.ts';
import { cancellationRequested } from '../domain/decide.ts';
import { replay } from '../domain/evolve.ts';
import { fakeWorld } from '../testing/fake-world.ts';
import { memoryOrderStore } from '../testing/memory-order-store.ts';
import { sampleItem, sampleOrder } from '../testing/samples.ts';
import { type CancellationState, cancellationSaga } from './cancellation.ts';
import { type CheckoutState, checkoutSaga } from './checkout.ts';

const NOTHING = { held: 0, sold: 0, authorized: 0, captured: 0, refunded: 0, parcels: 0 };
const ALL_DONE = { held: 0, sold: 2, authorized: 0, captured: 1, refunded: 0, parcels: 1 };

async function setUp(options: { stock?: number; backorderable?: boolean; paymentRetryMs?: number } = {}) {
  const { stock = 10, backorderable = false, paymentRetryMs = 300_000 } = options;
  const clock = testClock();
  const item = sampleItem({ quantity: 2, backorderable });
  const world = fakeWorld(clock, new Map([[item.productId, stock]]));
  const store = memoryOrderStore();
  const placed = sampleOrder({ items: [item] });
  await store.place(placed);
  const orderId = placed.order.id;
  const { change, contents } = orderChanges({ store, announce: () => undefined, changed: () => {}, clock });
  const order = async () => {
    const found = await store.find(orderId);
    if (!found) throw new Error('the order is gone');
    return found;
  };
  const deps = { ...world, contents, change, clock, paymentRetryMs, backorderRetryMs: 600_000, budgetMs: 3_600_000 };
  const saga = checkoutSaga({ ...deps, checkoutSettled: async () => {} });
  const state: CheckoutState = { orderId, paymentToken: 'tok_visa' };
  const cancellation = cancellationSaga({ ...deps, checkoutMoves: async () => false, resumeCheckout: async () => {} });
  const undoing: CancellationState = { orderId, checkoutId: placed.checkout.id };
  const id = placed.checkout.id;
  return { clock, world, store, saga, state, order, change, orderId, item, cancellation, undoing, id };
}

const states = async ({ store, orderId }: Awaited<ReturnType<typeof setUp>>) =>
  (await store.events(orderId, 0)).map(({ event }) => event.type);

describe('a checkout', () => {
  test('reserves, authorizes, confirms, commits, captures and ships', async () => {
    const shop = await setUp();
    const row = await runToEnd(shop.saga, shop.state, { clock: shop.clock, id: shop.id });
    expect(row.status).toBe('completed');
    expect(row.history.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'reserve stock done',
      'authorize payment done',
      'confirm order done',
      'commit stock done',
      'capture payment done',
      'create shipment done',
    ]);
    expect(shop.world.tally()).toEqual(ALL_DONE);
    expect(await shop.order()).toMatchObject({ state: 'CONFIRMED', version: 4 });
    expect(await states(shop)).toEqual(['OrderPlaced', 'OrderStockReserved', 'OrderConfirmed', 'OrderShipmentCreated']);
  });

  test('forgets the payment token once it is used', async () => {
    const shop = await setUp();
    const row = await runToEnd(shop.saga, shop.state, { clock: shop.clock });
    expect(JSON.stringify(row.state)).not.toContain('tok_visa');
  });

  test('cancels as OUT_OF_STOCK when a product is short and may not be backordered', async () => {
    const shop = await setUp({ stock: 1 });
    const row = await runToEnd(shop.saga, shop.state, { clock: shop.clock });
    expect(row.status).toBe('compensated');
    expect(await shop.order()).toMatchObject({ state: 'CANCELLED', cancellationReason: 'OUT_OF_STOCK' });
    expect(shop.world.tally()).toEqual(NOTHING);
    expect(shop.world.stock.get(shop.item.productId)).toBe(1);
  });

  test('undoes everything and forgets the token when the card is declined', async () => {
    const shop = await setUp();
    shop.world.card = 'declined';
    const row = await runToEnd(shop.saga, shop.state, { clock: shop.clock });
    expect(row.status).toBe('compensated');
    expect(await shop.order()).toMatchObject({ state: 'CANCELLED', cancellationReason: 'PAYMENT_DECLINED' });
    expect(shop.world.tally()).toEqual(NOTHING);
    expect(shop.world.stock.get(shop.item.productId)).toBe(10);
    expect(JSON.stringify(row.state)).not.toContain('tok_visa');
  });

  test('waits for stock when every short product may be backordered, and goes on when it arrives', async () => {
    const shop = await setUp({ stock: 0, backorderable: true });
    const seen: string[] = [];
    const row = await runToEnd(shop.saga, shop.state, {
      clock: shop.clock,
      async rested() {
        seen.push((await shop.order()).state);
        expect((await shop.order()).missing).toEqual([shop.item.productId]);
        if (seen.length === 2) shop.world.stock.set(shop.item.productId, 5);
      },
    });
    expect(seen).toEqual(['BACKORDERED', 'BACKORDERED']);
    expect(row.status).toBe('completed');
    expect(await shop.order()).toMatchObject({ state: 'CONFIRMED' });
    expect((await states(shop)).filter((type) => type === 'OrderBackordered')).toHaveLength(1);
  });

  test('retries an unreachable payment provider on a schedule and tells when', async () => {
    const shop = await setUp();
    shop.world.card = 'unavailable';
    const row = await runToEnd(shop.saga, shop.state, {
      clock: shop.clock,
      async rested(rested) {
        expect(await shop.order()).toMatchObject({
          state: 'STOCK_RESERVED',
          paymentRetryTime: rested.wakeAt.toISOString(),
        });
        shop.world.card = 'accepted';
      },
    });
    expect(row.status).toBe('completed');
    const order = await shop.order();
    expect(order.state).toBe('CONFIRMED');
    expect(order.paymentRetryTime).toBeUndefined();
  });

  test('gives up as PAYMENT_UNAVAILABLE before the reservation ends', async () => {
    const shop = await setUp();
    shop.world.card = 'unavailable';
    const row = await runToEnd(shop.saga, shop.state, { clock: shop.clock });
    expect(row.status).toBe('compensated');
    expect(await shop.order()).toMatchObject({ state: 'CANCELLED', cancellationReason: 'PAYMENT_UNAVAILABLE' });
    expect(shop.clock.now().getTime()).toBeLessThan(Date.parse('2026-01-01T00:15:00Z'));
    expect(shop.world.tally()).toEqual(NOTHING);
  });

  test('that payments has no room for waits as it is told, and gives up before the reservation ends', async () => {
    const shop = await setUp();
    let refusals = 0;
    shop.world.payments.authorize = async () => {
      refusals++;
      throw bulkheadFull('payments', 'write', 20_000);
    };
    const row = await runToEnd(shop.saga, shop.state, { clock: shop.clock });
    expect(row.status).toBe('compensated');
    expect(await shop.order()).toMatchObject({ state: 'CANCELLED', cancellationReason: 'PAYMENT_UNAVAILABLE' });
    expect(shop.clock.now().getTime()).toBeLessThan(Date.parse('2026-01-01T00:15:00Z'));
    expect(refusals).toBeGreaterThan(5);
    expect(refusals).toBeLessThanOrEqual(43);
    expect(shop.world.tally()).toEqual(NOTHING);
  });

  test('is not confirmed when the reservation ends within a minute', async () => {
    const shop = await setUp();
    const { authorize } = shop.world.payments;
    shop.world.payments.authorize = async (request) => {
      shop.clock.moveTo(new Date('2026-01-01T00:14:30Z'));
      return authorize(request);
    };
    const row = await runToEnd(shop.saga, shop.state, { clock: shop.clock });
    expect(row.status).toBe('compensated');
    expect(await shop.order()).toMatchObject({ state: 'CANCELLED', cancellationReason: 'RESERVATION_EXPIRED' });
    expect(shop.world.tally()).toEqual(NOTHING);
  });

  test('that was confirmed and not noted is found confirmed, even after its reservation', async () => {
    const shop = await setUp();
    const confirm = shop.saga.steps[2];
    const lost = {
      ...shop.saga,
      steps: shop.saga.steps.map((step) => (step === confirm ? { ...step, do: answerLost(step.do, shop) } : step)),
    };
    const row = await runToEnd(lost, shop.state, { clock: shop.clock });
    expect(row.status).toBe('completed');
    expect(await shop.order()).toMatchObject({ state: 'CONFIRMED' });
  });
});

function answerLost<C>(act: (context: C) => Promise<unknown>, { clock }: Awaited<ReturnType<typeof setUp>>) {
  let lost = false;
  return async (context: C): Promise<void> => {
    await act(context);
    if (lost) return;
    lost = true;
    clock.moveTo(new Date('2026-01-01T01:00:00Z'));
    throw new Error('the answer was lost');
  };
}

describe('under every fault', async () => {
  const { saga } = await setUp();
  for (const fault of sagaFaults(saga, 'OUT_OF_STOCK')) {
    const afterPivot = saga.steps.findIndex((step) => step.name === fault.step) > saga.pivot;

    test(`a checkout in which ${fault.name} ${outcome(fault.permanent, afterPivot)}`, async () => {
      const shop = await setUp();
      const row = await runToEnd(fault.of(withFaultyUndos(shop.saga)), shop.state, { clock: shop.clock });
      const order = await shop.order();
      const expected = fault.permanent ? (afterPivot ? 'parked' : 'compensated') : 'completed';
      expect(row.status).toBe(expected);
      expect(order.state).toBe(expected === 'compensated' ? 'CANCELLED' : 'CONFIRMED');
      expect(shop.world.charges()).toBeLessThanOrEqual(1);
      const { sold, held } = shop.world.tally();
      expect((shop.world.stock.get(shop.item.productId) ?? 0) + sold + held).toBe(10);
      const tally = shop.world.tally();
      expect(expected === 'completed' ? tally : ALL_DONE).toEqual(ALL_DONE);
      expect(expected === 'compensated' ? tally : NOTHING).toEqual(NOTHING);
      expect(replay(await shop.store.events(shop.orderId, 0))).toEqual(order);
    });
  }
});

function outcome(permanent: boolean, afterPivot: boolean): string {
  if (!permanent) return 'completes with one effect of each step';
  return afterPivot ? 'is parked for an operator' : 'leaves a clean slate';
}

describe('a cancellation', () => {
  test('of a confirmed order stops the parcel, refunds and returns the stock', async () => {
    const shop = await setUp();
    await runToEnd(shop.saga, shop.state, { clock: shop.clock, id: shop.id });
    await shop.change(shop.orderId, cancellationRequested);
    const row = await runToEnd(shop.cancellation, shop.undoing, { clock: shop.clock });
    expect(row.status).toBe('completed');
    expect(await shop.order()).toMatchObject({ state: 'CANCELLED', cancellationReason: 'CUSTOMER_REQUEST' });
    expect(shop.world.tally()).toEqual({ ...NOTHING, refunded: 1 });
    expect(shop.world.stock.get(shop.item.productId)).toBe(10);
  });

  test('is refused once the carrier has the parcel, and the order goes on', async () => {
    const shop = await setUp();
    await runToEnd(shop.saga, shop.state, { clock: shop.clock, id: shop.id });
    await shop.change(shop.orderId, cancellationRequested);
    shop.world.dispatched = true;
    const row = await runToEnd(shop.cancellation, shop.undoing, { clock: shop.clock });
    expect(row.status).toBe('compensated');
    expect((await states(shop)).at(-1)).toBe('OrderCancellationRefused');
    expect(await shop.order()).toMatchObject({ state: 'CONFIRMED' });
    expect(shop.world.tally()).toEqual(ALL_DONE);
  });

  test('of an order whose checkout is parked gives the money back', async () => {
    const shop = await setUp();
    shop.world.undeliverable = true;
    const checkout = await runToEnd(shop.saga, shop.state, { clock: shop.clock, id: shop.id });
    expect(checkout.status).toBe('parked');
    await shop.change(shop.orderId, cancellationRequested);
    await runToEnd(shop.cancellation, shop.undoing, { clock: shop.clock });
    expect(await shop.order()).toMatchObject({ state: 'CANCELLED' });
    expect(shop.world.tally()).toEqual({ ...NOTHING, refunded: 1 });
  });

  test('survives every fault of every step', async () => {
    for (const fault of sagaFaults((await setUp()).cancellation, 'X').filter(({ permanent }) => !permanent)) {
      const shop = await setUp();
      await runToEnd(shop.saga, shop.state, { clock: shop.clock, id: shop.id });
      await shop.change(shop.orderId, cancellationRequested);
      const row = await runToEnd(fault.of(shop.cancellation), shop.undoing, { clock: shop.clock });
      expect([fault.name, row.status]).toEqual([fault.name, 'completed']);
      expect(shop.world.tally()).toEqual({ ...NOTHING, refunded: 1 });
    }
  });
});

describe('a wish to cancel before the pivot', () => {
  test.each(['reserve stock', 'authorize payment', 'confirm order'])(
    'that comes during %s undoes the checkout',
    async (name) => {
      const shop = await setUp();
      const steps = shop.saga.steps.map((step) => {
        if (step.name !== name) return step;
        return {
          ...step,
          do: async (context: Parameters<typeof step.do>[0]) => {
            await shop.change(shop.orderId, cancellationRequested);
            return (await step.do(context)) ?? {};
          },
        };
      });
      const row = await runToEnd({ ...shop.saga, steps }, shop.state, { clock: shop.clock });
      expect(row.status).toBe('compensated');
      expect(await shop.order()).toMatchObject({ state: 'CANCELLED', cancellationReason: 'CUSTOMER_REQUEST' });
      expect(shop.world.tally()).toEqual(NOTHING);
    },
  );
});
