import { reasonOf } from '#chassis/domain-error.ts';
import { CancellationReason, type Order, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { cancelled, isSettled, type Scenario } from '../scenario.ts';
import { TooLate } from '../surprise.ts';

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
      await cancel(order).catch(asTooLate);
      return until(order, ({ state }) => state === OrderState.CANCELLED);
    },
  };
}

function asTooLate(error: unknown): never {
  if (reasonOf(error)?.reason !== 'NOT_CANCELLABLE') throw error;
  throw new TooLate(error instanceof Error ? error.message : String(error));
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
