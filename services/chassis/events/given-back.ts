/** Counts the tries of an event: a broker counts only how often it handed it out, and what is given back untried was no try. */

/** What is remembered of an event that was given back. */
export interface GivenBack {
  /** How often it had been handed out by then. */
  deliveries: number;
  /** How many of those were tries. */
  tries: number;
}

/** The tries before this delivery. A delivery since it was last given back that ended without a word was one, for its process may have died of it. */
export function triesBefore(deliveries: number, givenBack: GivenBack | undefined): number {
  // A stream that was made anew counts from one again.
  if (!givenBack || givenBack.deliveries >= deliveries) return deliveries - 1;
  return givenBack.tries + (deliveries - 1 - givenBack.deliveries);
}
