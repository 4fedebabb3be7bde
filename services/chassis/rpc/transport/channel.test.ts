import { expect, test } from 'vitest';
import { channelTarget } from './channel.ts';

test('several addresses become one list that grpc-js spreads calls over', () => {
  expect(channelTarget('127.0.0.1:1, 10.0.0.2:2')).toBe('ipv4:127.0.0.1:1,10.0.0.2:2');
});

test('localhost is an address, so that it may stand in a list', () => {
  expect(channelTarget('localhost:1,localhost:2')).toBe('ipv4:127.0.0.1:1,127.0.0.1:2');
});

test('one name is left to DNS', () => {
  expect(channelTarget('orders.tradewind.svc:9000')).toBe('dns:///orders.tradewind.svc:9000');
});

test('refuses several names, and an address without a port, saying which', () => {
  expect(() => channelTarget('a:1,b:2')).toThrow(/"a:1,b:2".*IP addresses/);
  expect(() => channelTarget('orders')).toThrow(/"orders".*host:port/);
});
