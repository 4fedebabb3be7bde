import { expect, test } from 'vitest';
import { serviceNamed, spiffeId } from './spiffe.ts';

const DOMAIN = 'tradewind.local';
const ORDERS = 'URI:spiffe://tradewind.local/ns/tradewind/sa/orders';

test('the name of a service is read back from its id', () => {
  expect(serviceNamed(`URI:${spiffeId(DOMAIN, 'orders')}`, DOMAIN)).toBe('orders');
  expect(serviceNamed(`DNS:localhost, ${ORDERS}, IP Address:127.0.0.1`, DOMAIN)).toBe('orders');
});

test.each<[string | undefined, string]>([
  [undefined, 'no names'],
  ['', 'an empty list'],
  ['DNS:orders', 'no URI'],
  [`${ORDERS}, URI:spiffe://tradewind.local/ns/tradewind/sa/gateway`, 'two URIs'],
  [`${ORDERS}, URI:https://example.com`, 'another URI beside it'],
  ['URI:spiffe://elsewhere.local/ns/tradewind/sa/orders', 'another trust domain'],
  ['URI:spiffe://tradewind.local.evil/ns/tradewind/sa/orders', 'a trust domain that begins like ours'],
  ['URI:spiffe://tradewind.local/ns/other/sa/orders', 'another namespace'],
  ['URI:spiffe://tradewind.local/ns/tradewind/sa/', 'no service'],
  ['URI:spiffe://tradewind.local/ns/tradewind/sa/orders/gateway', 'more than a service'],
  ['"URI:spiffe://tradewind.local/ns/tradewind/sa/orders"', 'a name that Node had to quote'],
  ['DNS:"x, URI:spiffe://tradewind.local/ns/tradewind/sa/orders, y"', 'a name hidden in another'],
])('%j names nobody: %s', (names) => {
  expect(serviceNamed(names, DOMAIN)).toBeUndefined();
});
