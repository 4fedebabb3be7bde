/** The test tokens of the sandbox and what each card does. The README's table lists them. */
export const CARDS = {
  tok_visa: { meaning: 'accepted' },
  tok_mastercard: { meaning: 'accepted' },
  tok_declined: { meaning: 'declined: card_declined', declines: 'card_declined' },
  tok_insufficient_funds: { meaning: 'declined: insufficient_funds', declines: 'insufficient_funds' },
  tok_slow: { meaning: 'accepted at once, answered after SANDBOX_SLOW_MS', slow: true },
  tok_error: { meaning: 'the provider fails at every try and charges nothing', failingTries: Number.POSITIVE_INFINITY },
  tok_flaky: { meaning: 'the provider fails at the first two tries, then accepts', failingTries: 2 },
  tok_lost_answer: { meaning: 'accepted, but the first answer is lost', loses: true },
  tok_duplicate: { meaning: 'accepted, and the answer arrives three times', duplicates: true },
} as const satisfies Record<string, Card>;

export interface Card {
  meaning: string;
  declines?: string;
  slow?: boolean;
  /** How many tries end with the provider's error before anything is charged. */
  failingTries?: number;
  loses?: boolean;
  duplicates?: boolean;
}

export function cardOf(token: string): Card | undefined {
  return Object.hasOwn(CARDS, token) ? CARDS[token as keyof typeof CARDS] : undefined;
}
