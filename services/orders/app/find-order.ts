/** Reads orders as they are, were and became, for those who may see them. */
import { DomainError } from '#chassis/domain-error.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { evolve, replay } from '../domain/evolve.ts';
import type { Order } from '../domain/order.ts';
import type { OrderStore } from './ports.ts';

/** Who asks. */
export interface Shopper {
  userId: string;
  operator: boolean;
}

const mayRead = (order: Order, shopper: Shopper) => shopper.operator || order.userId === shopper.userId;

/** The order, unless it does not exist or is somebody else's: a stranger must not learn which. */
export function visible(order: Order | undefined, orderId: string, shopper: Shopper): Order {
  if (!order || !mayRead(order, shopper)) throw new DomainError('ORDER_NOT_FOUND', { order_id: orderId });
  return order;
}

export interface HistoryEntry extends RecordedEvent {
  /** The order after the event. */
  order: Order;
}

export function findOrders(store: OrderStore) {
  async function eventsOf(orderId: string, shopper: Shopper): Promise<RecordedEvent[]> {
    const events = await store.events(orderId, 0);
    visible(replay(events.slice(0, 1)), orderId, shopper);
    return events;
  }
  return {
    async get(orderId: string, shopper: Shopper): Promise<Order> {
      return visible(await store.find(orderId), orderId, shopper);
    },

    async getMany(orderIds: readonly string[], shopper: Shopper): Promise<Order[]> {
      return (await store.findMany(orderIds)).filter((order) => mayRead(order, shopper));
    },

    /** All that happened, oldest first. */
    async history(orderId: string, shopper: Shopper): Promise<HistoryEntry[]> {
      let order: Order | undefined;
      return (await eventsOf(orderId, shopper)).map((recorded) => {
        order = evolve(order, recorded);
        return { ...recorded, order };
      });
    },

    /** The order as it was at a moment. */
    async asOf(orderId: string, moment: Date, shopper: Shopper): Promise<Order> {
      const past = (await eventsOf(orderId, shopper)).filter(({ time }) => Date.parse(time) <= moment.getTime());
      const order = replay(past);
      if (!order) throw new DomainError('NOT_YET_PLACED', { order_id: orderId });
      return order;
    },
  };
}
