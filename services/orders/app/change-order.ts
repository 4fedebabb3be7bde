/** Applies a decision to an order: load, decide, store; again when another writer came first. */
import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import type { Decision } from '../domain/decide.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { evolve } from '../domain/evolve.ts';
import type { Order } from '../domain/order.ts';
import type { Announce, Changed, OrderChange, OrderStore } from './ports.ts';

const TRIES = 5;

/** What else a decision does, in the same statement. It sees the order the decision was taken on. */
export type AlongWith = (before: Order) => Pick<OrderChange, 'cancelSaga' | 'startSaga'>;

/** Answers the order as it is afterwards. A decision that yields no event changes nothing. */
export type ChangeOrder = (orderId: string, decide: Decision, along?: AlongWith) => Promise<Order>;

export function changeOrder(deps: {
  store: OrderStore;
  announce: Announce;
  changed: Changed;
  clock: Clock;
}): ChangeOrder {
  const { store, announce, changed, clock } = deps;
  return async (orderId, decide, along) => {
    for (let tries = 0; tries < TRIES; tries++) {
      const before = await store.find(orderId);
      if (!before) throw new DomainError('ORDER_NOT_FOUND', { order_id: orderId });
      const change = consequence(before, decide, clock.now(), announce);
      if (change.events.length === 0) return before;
      if (await store.append({ ...change, ...along?.(before) })) {
        changed(orderId);
        return change.after;
      }
    }
    throw new DomainError('CONCURRENT_CHANGE', { order_id: orderId });
  };
}

function consequence(before: Order, decide: Decision, now: Date, announce: Announce): OrderChange {
  let after = before;
  const events: RecordedEvent[] = [];
  const outbox: OrderChange['outbox'][number][] = [];
  for (const event of decide(before)) {
    const recorded = { orderId: before.id, version: after.version + 1, time: now.toISOString(), event };
    after = evolve(after, recorded);
    events.push(recorded);
    const message = announce(after, recorded);
    if (message) outbox.push(message);
  }
  return { before, after, events, outbox };
}
