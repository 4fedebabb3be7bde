/** What is on the books about the calls of one RPC: of its service, and of those who called it. A service that is gone keeps no books. */
import { nothing, type Tally, together, total } from './tally.ts';

export interface Booked {
  /** By the service: all it answered, those of them that failed, and those failures whose time ran out. */
  answered: Tally;
  errors: number;
  late: number;
  /** By its callers: all calls they made, those whose time ran out, and those that met nobody. */
  made: number;
  waitedInVain: number;
  unreached: number;
}

export const unbooked: Booked = { answered: nothing, errors: 0, late: 0, made: 0, waitedInVain: 0, unreached: 0 };

export function bookedTogether(one: Booked, other: Booked): Booked {
  return {
    answered: together(one.answered, other.answered),
    errors: one.errors + other.errors,
    late: one.late + other.late,
    made: one.made + other.made,
    waitedInVain: one.waitedInVain + other.waitedInVain,
    unreached: one.unreached + other.unreached,
  };
}

/**
 * How many calls there were and how many failed, each once. Calls that met nobody are on no other book. One whose time ran out at its caller may be on the service's too:
 * as one whose time ran out, as one that nobody waited for any more, even as a success. Its failures therefore are those of the book that has more, and so are all
 * calls; the service's book has more where a call was repeated, or came from outside the mesh.
 */
export function countOnce({ answered, errors, late, made, waitedInVain, unreached }: Booked) {
  const failed = errors + unreached + Math.max(0, waitedInVain - late);
  return { calls: Math.max(total(answered) + unreached, made, failed), errors: failed };
}
