/** The cards of the payment sandbox, which is what takes the money here: none is real. */
export const testCards = [
  { token: 'tok_visa', name: 'Test Visa', what: 'is accepted' },
  { token: 'tok_mastercard', name: 'Test Mastercard', what: 'is accepted' },
  { token: 'tok_declined', name: 'Declined card', what: 'is refused, and the order is undone' },
  { token: 'tok_insufficient_funds', name: 'Empty card', what: 'is refused for lack of money' },
  { token: 'tok_flaky', name: 'Card of a shaky bank', what: 'fails twice, then is accepted' },
  { token: 'tok_slow', name: 'Card of a slow bank', what: 'is accepted after a while' },
] as const;

export type TestCard = (typeof testCards)[number]['token'];
