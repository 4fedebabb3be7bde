import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import type { HttpRequest } from '#chassis/rpc/plain-http.ts';
import { insiderRule } from './insider.ts';

const from = (remoteAddress: string, headers: IncomingHttpHeaders = {}) =>
  ({ headers, socket: { remoteAddress } }) as unknown as HttpRequest;

test.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])('%s is this machine', (address) => {
  expect(insiderRule('')(from(address))).toBe(true);
});

test('others are outside unless their network is named', () => {
  const isInsider = insiderRule('10.0.0.0/8,192.168.1.7,fd00::/8');
  const addresses = ['10.2.3.4', '::ffff:10.2.3.4', '192.168.1.7', 'fd00::5', '192.168.1.8', '11.0.0.1', 'fe80::1', ''];
  expect(addresses.map((address) => isInsider(from(address)))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(insiderRule('')(from('10.2.3.4'))).toBe(false);
});

test.each([
  { 'x-forwarded-for': '127.0.0.1' },
  { forwarded: 'for=127.0.0.1' },
  { via: '1.1 proxy' },
  { origin: 'https://shop.example' },
])('what a proxy passed on or a page asks for comes from outside: %o', (headers) => {
  expect(insiderRule('')(from('127.0.0.1', headers))).toBe(false);
});
