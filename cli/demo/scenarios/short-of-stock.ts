import { CancellationReason, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { nameOf } from '../../enum-name.ts';
import { CONFIRMED, cancelled, isSettled, type Scenario } from '../scenario.ts';
import { Surprise } from '../surprise.ts';

/** One product is gone, so the other is not held either. */
export const outOfStock: Scenario = {
  name: 'out of stock',
  share: 14,
  ending: cancelled(CancellationReason.OUT_OF_STOCK),
  async play({ random, shelves, place, until }) {
    const lines = [...shelves.stocked(random, random.below(2)), shelves.soldOut(random)];
    return until(await place(lines, 'tok_visa'), isSettled);
  },
};

/** The order waits; when the operator receives the pieces it goes on by itself. */
export const backorder: Scenario = {
  name: 'backorder, then delivered to us',
  share: 12,
  ending: CONFIRMED,
  async play({ shelves, place, until, random }) {
    return shelves.madeToOrder(async (productId, deliver) => {
      const quantity = BigInt(1 + random.below(3));
      const order = await place([{ productId, quantity }], 'tok_visa');
      const { state } = await until(order, (now) => now.state === OrderState.BACKORDERED || isSettled(now));
      // In any case: if this order took what somebody else waits for, they get this instead.
      await deliver(quantity, order.id);
      if (state !== OrderState.BACKORDERED) {
        throw new Surprise(`was ${nameOf(OrderState, state)} without waiting for stock; does another demo run?`);
      }
      return until(order, isSettled);
    });
  },
};
