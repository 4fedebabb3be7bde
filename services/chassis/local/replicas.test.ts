import { expect, test } from 'vitest';
import { BadReplicas, readReplicas } from './replicas.ts';

test('a list names services and how many times each runs', () => {
  expect(readReplicas('orders=2, inventory=3')).toEqual({ orders: 2, inventory: 3 });
});

test.each([
  ['gateway=2', 'The gateway has one port and runs once; these can run several times: identity, catalog,'],
  ['order=2', 'There is no service order; these can run several times: identity, catalog,'],
  ['orders=0', 'orders can run 1 to 8 times, not 0.'],
  ['orders=9', 'orders can run 1 to 8 times, not 9.'],
  ['orders', '"orders" is not SERVICE=COUNT, such as orders=2.'],
  ['orders=2,orders=3', 'orders is named twice.'],
  ['', '"" is not SERVICE=COUNT'],
])('%j is refused with what can be had', (text, message) => {
  expect(() => readReplicas(text)).toThrow(BadReplicas);
  expect(() => readReplicas(text)).toThrow(message);
});

test('one gateway may be asked for', () => {
  expect(readReplicas('gateway=1')).toEqual({ gateway: 1 });
});
