import { expect, test } from 'vitest';
import { Misuse } from './failure.ts';
import { findRpc } from './find-rpc.ts';

const PAYMENTS = 'tradewind.payments.v1.PaymentsService';

test.each([
  ['*', '*'],
  ['AuthorizePayment', `${PAYMENTS}/AuthorizePayment`],
  ['PaymentsService/AuthorizePayment', `${PAYMENTS}/AuthorizePayment`],
  [`${PAYMENTS}/AuthorizePayment`, `${PAYMENTS}/AuthorizePayment`],
  ['PaymentsService', PAYMENTS],
])('%s means %s', (text, name) => {
  expect(findRpc(text)).toBe(name);
});

test.each(['', 'Payment', 'payments.v1', 'Service'])('“%s” means nothing', (text) => {
  expect(() => findRpc(text)).toThrow(Misuse);
});
