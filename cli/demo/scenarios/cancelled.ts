import { CancellationReason, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { cancelled, isSettled, type Scenario } from '../scenario.ts';

const byTheShopper = cancelled(CancellationReason.CUSTOMER_REQUEST);
const isCancelled = ({ state }: { state: OrderState }) => state === OrderState.CANCELLED;

/** The wish races with the checkout: whichever wins, it ends cancelled. */
export const cancelledAtOnce: Scenario = {
  name: 'cancelled at once',
  share: 8,
  ending: byTheShopper,
  async play({ random, shelves, place, cancel, until }) {
    const order = await place(shelves.stocked(random, 1), 'tok_visa');
    await cancel(order);
    return until(order, isCancelled);
  },
};

/** The card takes two seconds, time enough to think again. */
export const cancelledWhilePaying: Scenario = {
  name: 'cancelled while paying',
  share: 4,
  ending: byTheShopper,
  async play({ random, shelves, place, cancel, until }) {
    const order = await place(shelves.stocked(random, 2), 'tok_slow');
    await until(order, ({ state }) => state === OrderState.STOCK_RESERVED);
    await cancel(order);
    return until(order, isCancelled);
  },
};

/** Money goes back and stock too. */
export const cancelledWhenConfirmed: Scenario = {
  name: 'cancelled when confirmed',
  share: 8,
  ending: byTheShopper,
  async play({ random, shelves, place, cancel, until }) {
    const order = await place(shelves.stocked(random, 1), 'tok_mastercard');
    await until(order, isSettled);
    await cancel(order);
    return until(order, isCancelled);
  },
};
