import { CONFIRMED, isSettled, type Scenario } from '../scenario.ts';

const GOOD_CARDS = ['tok_visa', 'tok_mastercard'];

export const accepted: Scenario = {
  name: 'accepted',
  share: 84,
  ending: CONFIRMED,
  async play({ random, shelves, place, until }) {
    return until(await place(shelves.stocked(random, 1), random.pick(GOOD_CARDS)), isSettled);
  },
};

/** The charge must be the sum of all lines; `verify` compares it with the provider's books. */
export const severalLines: Scenario = {
  name: 'several lines, one charge',
  share: 24,
  ending: CONFIRMED,
  async play({ random, shelves, place, until }) {
    return until(await place(shelves.stocked(random, 3 + random.below(4)), random.pick(GOOD_CARDS)), isSettled);
  },
};
