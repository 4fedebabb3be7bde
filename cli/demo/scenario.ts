import { CancellationReason, type Order, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { nameOf } from '../enum-name.ts';
import type { Visit } from './visit.ts';

/** A thing that shoppers do, and how it must end. */
export interface Scenario {
  name: string;
  /** Its part of all orders, in proportion to the others'. */
  share: number;
  ending: Ending;
  /** Plays it; answers the order as it was last seen. Throws Surprise when something on the way is not as it must be. */
  play(visit: Visit): Promise<Order>;
}

interface Ending {
  states: readonly OrderState[];
  reason: CancellationReason;
}

/** Certain; a parcel may be under way already. */
export const CONFIRMED: Ending = {
  states: [OrderState.CONFIRMED, OrderState.SHIPPED, OrderState.DELIVERED],
  reason: CancellationReason.UNSPECIFIED,
};

export function cancelled(reason: CancellationReason): Ending {
  return { states: [OrderState.CANCELLED], reason };
}

/** What is wrong with how an order ended; undefined when nothing is. */
export function differs({ states, reason }: Ending, order: Order): string | undefined {
  if (states.includes(order.state) && order.cancellationReason === reason) return undefined;
  return `ended ${told(order.state, order.cancellationReason)} instead of ${told(states[0] ?? OrderState.UNSPECIFIED, reason)}`;
}

function told(state: OrderState, reason: CancellationReason): string {
  const name = nameOf(OrderState, state);
  return reason === CancellationReason.UNSPECIFIED ? name : `${name} (${nameOf(CancellationReason, reason)})`;
}

/** Whether it is known what becomes of an order. */
export function isSettled({ state }: Order): boolean {
  return state === OrderState.CANCELLED || CONFIRMED.states.includes(state);
}
