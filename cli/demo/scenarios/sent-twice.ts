import type { Order } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { CONFIRMED, isSettled, type Scenario } from '../scenario.ts';
import { Surprise } from '../surprise.ts';

function assertSame(first: Order, second: Order): void {
  if (first.id !== second.id) throw new Surprise(`one request_id made two orders, ${first.id} and ${second.id}`);
}

/** An impatient finger: both requests are on their way at the same time. */
export const sentSideBySide: Scenario = {
  name: 'sent twice, side by side',
  share: 8,
  ending: CONFIRMED,
  async play({ random, shelves, request, send, until }) {
    const placing = request(shelves.stocked(random, 1), 'tok_visa');
    const [first, second] = await Promise.all([send(placing), send(placing)]);
    assertSame(first, second);
    return until(first, isSettled);
  },
};

/** A client that never saw the answer asks again when all is done. */
export const sentAgainLater: Scenario = {
  name: 'sent again later',
  share: 6,
  ending: CONFIRMED,
  async play({ random, shelves, request, send, until }) {
    const placing = request(shelves.stocked(random, 2), 'tok_visa');
    const first = await send(placing);
    const settled = await until(first, isSettled);
    assertSame(first, await send(placing));
    return settled;
  },
};
