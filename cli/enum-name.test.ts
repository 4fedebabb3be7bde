import { expect, test } from 'vitest';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { nameOf } from './enum-name.ts';

test('a value has the name of its contract, and one of a later contract its number', () => {
  expect(nameOf(OrderState, OrderState.STOCK_RESERVED)).toBe('STOCK_RESERVED');
  expect(nameOf(OrderState, 99)).toBe('99');
});
