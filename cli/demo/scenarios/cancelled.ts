import { CancellationReason, type Order, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { cancelled, isSettled, type Scenario } from '../scenario.ts';

/** A shopper who thinks again: at once, or when the order has come as far as `moment` says. */
function thinksAgain(
  about: Pick<Scenario, 'name' | 'share'> & { products: number; card: string },
  moment?: (order: Order) => boolean,
): Scenario {
  const { name, share, products, card } = about;
  return {
    ...{ name, share, ending: cancelled(CancellationReason.CUSTOMER_REQUEST) },
    async play({ random, shelves, place, cancel, until }) {
      const order = await place(shelves.stocked(random, products), card);
      if (moment) await until(order, moment);
      await cancel(order);
      return until(order, ({ state }) => state === OrderState.CANCELLED);
    },
  };
}

/** The wish races with the checkout: whichever wins, it ends cancelled. */
export const cancelledAtOnce = thinksAgain({ name: 'cancelled at once', share: 8, products: 1, card: 'tok_visa' });

/** The card takes two seconds, time enough to think again. */
export const cancelledWhilePaying = thinksAgain(
  { name: 'cancelled while paying', share: 4, products: 2, card: 'tok_slow' },
  ({ state }) => state === OrderState.STOCK_RESERVED,
);

/** Money goes back and stock too. */
export const cancelledWhenConfirmed = thinksAgain(
  { name: 'cancelled when confirmed', share: 8, products: 1, card: 'tok_mastercard' },
  isSettled,
);
