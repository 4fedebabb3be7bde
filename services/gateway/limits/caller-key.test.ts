import { expect, test } from 'vitest';
import type { Call } from '#chassis/rpc/call.ts';
import { callerKey, isAnonymous } from './caller-key.ts';

/** A call from an address by somebody, or nobody. */
function call(address: string, user?: { id: string; client: string }): Call {
  const claims = Buffer.from(JSON.stringify({ client_id: user?.client, sub: user?.id })).toString('base64url');
  const known = user && { id: user.id, roles: [], scopes: [], token: `e30.${claims}.x` };
  const headers = { get: (name: string) => (name === 'x-client-address' ? address : undefined) };
  return { caller: { service: 'external', ...(known && { user: known }) }, headers } as unknown as Call;
}

test.each([
  ['192.0.2.7', 'address:192.0.2.7'],
  ['::ffff:192.0.2.7', 'address:192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', 'address:2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', 'address:2001:db8:1:2::/64'],
  ['2001:DB8::1', 'address:2001:db8:0:0::/64'],
  ['::1', 'address:0:0:0:0::/64'],
])('who comes from %s is counted as %s', (address, key) => {
  expect(callerKey(call(address))).toBe(key);
  expect(isAnonymous(key)).toBe(true);
});

test('a client that acts for a user is counted apart from the user’s other clients, wherever it comes from', () => {
  const shop = { id: 'u1', client: 'shop' };
  const keys = [call('192.0.2.7', shop), call('192.0.2.8', shop), call('192.0.2.7', { id: 'u1', client: 'partner' })];
  const [one, two, other] = keys.map(callerKey);
  expect(one).toBe(two);
  expect(other).not.toBe(one);
});
