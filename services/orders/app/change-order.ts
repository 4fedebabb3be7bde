/** Applies a decision to an order: load, decide, store; again when another writer came first. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import type { Decision } from '../domain/decide.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { evolve } from '../domain/evolve.ts';
import type { Order } from '../domain/order.ts';
import type { Announce, Changed, OrderChange, OrderStore } from './ports.ts';

const TRIES = 5;
/** Orders remembered between the steps of their checkout. */
const REMEMBERED = 5_000;

/** What else a decision does, in the same statement. It sees the order the decision was taken on. */
export type AlongWith = (before: Order) => Pick<OrderChange, 'cancelSaga' | 'startSaga'>;

/** Answers the order as it is afterwards. A decision that yields no event changes nothing. */
export type ChangeOrder = (orderId: string, decide: Decision, along?: AlongWith) => Promise<Order>;

export interface OrderChanges {
  change: ChangeOrder;
  /** Spares the next change the reading of an order just stored. */
  remember(order: Order): void;
  /** What never changes of an order (items, total, address); the rest may be old. */
  contents(orderId: string): Promise<Order>;
}

export function orderChanges(deps: {
  store: OrderStore;
  announce: Announce;
  changed: Changed;
  clock: Clock;
}): OrderChanges {
  const { store, announce, changed, clock } = deps;
  const recent = new LRUCache<string, Order>({ max: REMEMBERED });

  async function load(orderId: string): Promise<Order> {
    const order = await store.find(orderId);
    if (!order) throw new DomainError('ORDER_NOT_FOUND', { order_id: orderId });
    return order;
  }

  async function attempt(before: Order, decide: Decision, along?: AlongWith): Promise<Order | undefined> {
    const change = consequence(before, decide, clock.now(), announce);
    if (change.events.length === 0) return before;
    if (!(await store.append({ ...change, ...along?.(before) }))) return undefined;
    recent.set(before.id, change.after);
    changed(before.id);
    return change.after;
  }

  return {
    remember: (order) => void recent.set(order.id, order),

    contents: async (orderId) => recent.get(orderId) ?? load(orderId),

    async change(orderId, decide, along) {
      // An order remembered may have changed since. A change based on it is refused by its version; that nothing needs to change is not.
      const remembered = recent.get(orderId);
      if (remembered && decide(remembered).length > 0) {
        const after = await attempt(remembered, decide, along);
        if (after) return after;
      }
      for (let tries = 0; tries < TRIES; tries++) {
        const after = await attempt(await load(orderId), decide, along);
        if (after) return after;
      }
      throw new DomainError('CONCURRENT_CHANGE', { order_id: orderId });
    },
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
