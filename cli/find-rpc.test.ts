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

test('of a contract in two versions, the version is told with it', () => {
  expect(findRpc('v1.OrdersService/ListOrders')).toBe('tradewind.orders.v1.OrdersService/ListOrders');
  expect(() => findRpc('OrdersService/ListOrders')).toThrow(/orders\.v2\.OrdersService\/ListOrders or .*orders\.v1/);
});

test.each(['', 'Payment', 'payments.v1', 'Service'])('“%s” means nothing', (text) => {
  expect(() => findRpc(text)).toThrow(Misuse);
});
