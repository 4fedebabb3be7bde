/** What every order store obeys, the fake included. */
import { beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import type { OrderChange, OrderStore } from '../app/ports.ts';
import type { OrderEvent } from '../domain/event.ts';
import { evolve, replay } from '../domain/evolve.ts';
import type { Order } from '../domain/order.ts';
import { sampleOrder } from './samples.ts';

export function changeBy(before: Order, ...events: OrderEvent[]): OrderChange {
  const recorded = events.map((event, index) => ({
    orderId: before.id,
    version: before.version + index + 1,
    time: '2026-01-01T00:01:00.000Z',
    event,
  }));
  return { before, after: recorded.reduce<Order>(evolve, before), events: recorded, outbox: [] };
}

export function orderStoreLaws(name: string, open: () => OrderStore): void {
  describe(name, () => {
    let store: OrderStore;
    beforeEach(() => {
      store = open();
    });

    test('finds what was placed, exactly', async () => {
      const placed = sampleOrder();
      expect(await store.place(placed)).toBe(true);
      expect(await store.find(placed.order.id)).toEqual(placed.order);
      expect(await store.events(placed.order.id, 0)).toEqual([placed.placed]);
    });

    test('stores a request id once and remembers what it asked for and how its order began', async () => {
      const first = sampleOrder({ hash: 'first' });
      const { userId } = first.order;
      const again = sampleOrder({ userId, requestId: first.requestId, hash: 'second' });
      await store.place(first);
      expect(await store.place(again)).toBe(false);
      expect(await store.find(again.order.id)).toBeUndefined();
      await store.append(changeBy(first.order, { type: 'OrderStockReserved', reservationId: newId() }));
      const request = await store.findRequest(userId, first.requestId);
      expect(request?.placed).toEqual(first.placed);
      expect(Buffer.from(request?.requestHash ?? []).toString()).toBe('first');
    });

    test('keeps request ids of different users apart', async () => {
      const requestId = newId();
      expect(await store.place(sampleOrder({ requestId }))).toBe(true);
      expect(await store.place(sampleOrder({ requestId }))).toBe(true);
    });

    test('appends several events at once and keeps the snapshot equal to their replay', async () => {
      const { order } = await placed(store);
      const change = changeBy(
        order,
        { type: 'OrderStockReserved', reservationId: newId() },
        { type: 'OrderConfirmed', paymentId: newId() },
      );
      expect(await store.append(change)).toBe(true);
      const events = await store.events(order.id, 0);
      expect(events.map(({ version }) => version)).toEqual([1, 2, 3]);
      expect(await store.find(order.id)).toEqual(replay(events));
    });

    test('lets one of many concurrent writers of a version win', async () => {
      const { order } = await placed(store);
      const writers = Array.from({ length: 20 }, () =>
        store.append(changeBy(order, { type: 'OrderStockReserved', reservationId: newId() })),
      );
      const won = (await Promise.all(writers)).filter(Boolean);
      expect(won).toHaveLength(1);
      expect(await store.events(order.id, 0)).toHaveLength(2);
    });

    test('answers events after a version', async () => {
      const { order } = await placed(store);
      await store.append(changeBy(order, { type: 'OrderStockReserved', reservationId: newId() }));
      expect((await store.events(order.id, 1)).map(({ event }) => event.type)).toEqual(['OrderStockReserved']);
      expect(await store.versions([order.id, newId()])).toEqual(new Map([[order.id, 2]]));
    });
  });
}

async function placed(store: OrderStore, options: Parameters<typeof sampleOrder>[0] = {}) {
  const order = sampleOrder(options);
  await store.place(order);
  return order;
}
