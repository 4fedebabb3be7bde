import { CancellationReason, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { CONFIRMED, cancelled, isSettled, type Scenario } from '../scenario.ts';

/** Bought with a card whose provider has a quirk that the shopper never learns of. */
function boughtWith(card: string, name: string, share: number): Scenario {
  return {
    name,
    share,
    ending: CONFIRMED,
    async play({ random, shelves, place, until }) {
      return until(await place(shelves.stocked(random, 1), card), isSettled);
    },
  };
}

export const slowProvider = boughtWith('tok_slow', 'slow provider', 5);
export const flakyProvider = boughtWith('tok_flaky', 'provider fails twice', 3);
export const lostAnswer = boughtWith('tok_lost_answer', 'provider’s answer lost', 3);
export const repeatedAnswer = boughtWith('tok_duplicate', 'provider answers three times', 3);

/** The payment is put off, the shopper sees that and gives up. */
export const unreachableProvider: Scenario = {
  name: 'provider down, then cancelled',
  share: 2,
  ending: cancelled(CancellationReason.CUSTOMER_REQUEST),
  async play({ random, shelves, place, cancel, until }) {
    const order = await place(shelves.stocked(random, 1), 'tok_error');
    await until(order, ({ paymentRetryTime }) => paymentRetryTime !== undefined);
    await cancel(order);
    return until(order, ({ state }) => state === OrderState.CANCELLED);
  },
};
