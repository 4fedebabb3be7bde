import { CancellationReason } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { cancelled, isSettled, type Scenario } from '../scenario.ts';

export const declined: Scenario = {
  name: 'card declined',
  share: 18,
  ending: cancelled(CancellationReason.PAYMENT_DECLINED),
  async play({ random, shelves, place, until }) {
    const card = random.pick(['tok_declined', 'tok_insufficient_funds']);
    return until(await place(shelves.stocked(random, 1 + random.below(2)), card), isSettled);
  },
};
