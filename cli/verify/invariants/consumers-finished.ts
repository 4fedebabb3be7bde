import type { Invariant } from '../invariant.ts';
import { durableConsumers } from '../streams.ts';

/** What a consumer has not handled yet is an effect that is still missing. */
export const consumersFinished: Invariant = {
  claim: 'Every consumer has handled every event of its stream',
  async look({ manager }) {
    const consumers = await durableConsumers(manager);
    const behind = consumers.filter(({ waiting, inHand }) => waiting + inHand > 0);
    return {
      checked: consumers.length,
      violations: behind.map(({ name, stream, waiting, inHand }) => ({
        about: `consumer ${name} of ${stream}`,
        problem: `has ${waiting} events before it and ${inHand} in hand`,
      })),
    };
  },
};
