import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { samplePlaced } from '../testing/samples.ts';
import * as decide from './decide.ts';
import type { RecordedEvent } from './event.ts';
import { evolve, replay } from './evolve.ts';
import { sum, times } from './money.ts';
import { type Order, terminalStates } from './order.ts';

const wishes: Record<string, decide.Decision> = {
  reserve: decide.stockReserved('r'),
  backorder: decide.backordered(['p']),
  delay: decide.paymentDelayed(new Date('2026-01-01T00:05:00Z')),
  confirm: decide.confirmed('pay', true),
  'confirm too late': decide.confirmed('pay', false),
  undo: decide.checkoutUndone('PAYMENT_DECLINED'),
  parcel: decide.shipmentCreated('s'),
  ship: decide.shipped('s', 't'),
  deliver: decide.delivered('s', 't'),
  'ask to cancel': decide.cancellationRequested,
  'refuse to cancel': decide.cancellationRefused('ALREADY_DISPATCHED'),
  cancel: decide.cancelled(true),
};

/** Any sequence of wishes, in any order and as often as they like: what bad luck makes of a distributed system. */
const anyWishes = fc.array(fc.constantFrom(...Object.keys(wishes)), { maxLength: 40 });

function live(names: string[]): { events: RecordedEvent[]; orders: Order[] } {
  const placed = samplePlaced();
  const events = [placed];
  const orders = [evolve(undefined, placed)];
  for (const name of names) {
    let order = orders.at(-1) as Order;
    for (const event of wishes[name]?.(order) ?? []) {
      const recorded = { orderId: order.id, version: order.version + 1, time: '2026-01-01T00:01:00.000Z', event };
      order = evolve(order, recorded);
      events.push(recorded);
      orders.push(order);
    }
  }
  return { events, orders };
}

describe('whatever is wished, in whatever order', () => {
  test('an order is the replay of its events', () => {
    fc.assert(
      fc.property(anyWishes, (names) => {
        const { events, orders } = live(names);
        expect(replay(events)).toEqual(orders.at(-1));
      }),
    );
  });

  test('repeating a wish at once changes nothing', () => {
    fc.assert(
      fc.property(anyWishes, (names) => {
        const order = live(names).orders.at(-1) as Order;
        for (const decision of Object.values(wishes)) {
          const once = decision(order).reduce(record, order);
          expect(decision(once)).toEqual([]);
        }
      }),
    );
  });

  test('a terminal state is never left', () => {
    fc.assert(
      fc.property(anyWishes, (names) => {
        const { orders } = live(names);
        const end = orders.findIndex((order) => terminalStates.includes(order.state));
        expect(
          new Set(orders.slice(end === -1 ? orders.length : end).map((order) => order.state)).size,
        ).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('an order that shipped was confirmed, and one that is being undone is never confirmed', () => {
    fc.assert(
      fc.property(anyWishes, (names) => {
        const { orders, events } = live(names);
        const types = events.map(({ event }) => event.type);
        expect(types.includes('OrderShipped') && !types.includes('OrderConfirmed')).toBe(false);
        const confirmedAt = types.indexOf('OrderConfirmed');
        expect(confirmedAt > 0 && orders[confirmedAt - 1]?.closing !== undefined).toBe(false);
      }),
    );
  });

  test('an order that is being undone before it was confirmed is only ever cancelled', () => {
    fc.assert(
      fc.property(anyWishes, (names) => {
        const { orders } = live(names);
        const doomed = orders.findIndex(({ state, closing }) => closing !== undefined && state !== 'CONFIRMED');
        const after = doomed === -1 ? [] : orders.slice(doomed);
        expect(after.filter(({ state, closing }) => state !== 'CANCELLED' && closing === undefined)).toEqual([]);
      }),
    );
  });

  test('only a cancelled order has a reason for it', () => {
    fc.assert(
      fc.property(anyWishes, (names) => {
        for (const order of live(names).orders) {
          expect(order.cancellationReason !== undefined).toBe(order.state === 'CANCELLED');
        }
      }),
    );
  });
});

test('a cancellation is refused of a confirmed order alone, so that a checkout that is undoing itself is not let go on', () => {
  const refusedIn = (...names: string[]) =>
    live([...names, 'ask to cancel', 'refuse to cancel']).events.filter(
      ({ event }) => event.type === 'OrderCancellationRefused',
    ).length;
  expect([refusedIn(), refusedIn('backorder'), refusedIn('reserve'), refusedIn('reserve', 'delay')]).toEqual([
    0, 0, 0, 0,
  ]);
  expect(refusedIn('reserve', 'confirm')).toBe(1);
  expect(refusedIn('reserve', 'confirm', 'ship')).toBe(0);
});

test('a parcel that arrived unannounced was shipped and delivered', () => {
  const { events } = live(['reserve', 'confirm', 'deliver']);
  expect(events.slice(-2).map(({ event }) => event.type)).toEqual(['OrderShipped', 'OrderDelivered']);
});

test('money is added and multiplied without loss', () => {
  const price = { units: '0', nanos: 333_333_333, currency: 'EUR' };
  expect(times(price, 3)).toEqual({ units: '0', nanos: 999_999_999, currency: 'EUR' });
  expect(sum([times(price, 3), { units: '999999999999', nanos: 1, currency: 'EUR' }], 'EUR')).toEqual({
    units: '1000000000000',
    nanos: 0,
    currency: 'EUR',
  });
});

function record(order: Order, event: RecordedEvent['event']): Order {
  return evolve(order, { orderId: order.id, version: order.version + 1, time: order.updateTime, event });
}
