import { isIPv6 } from 'node:net';
import { decodeJwt } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Call } from '#chassis/rpc/call.ts';
import { CLIENT_ADDRESS } from '../edge.ts';

/** Whom calls are counted for. Keys of addresses begin with `address:`. */
const ADDRESS = 'address:';
const KEPT = 10_000;

/** A token was verified before its bearer is counted: it only has to be read. */
const known = new LRUCache<string, string>({ max: KEPT });

/** Who makes a call, for counting: the client that acts for a user together with that user, or else the address that it comes from. Of IPv6 the first half counts, which is what one household or host is given. */
export function callerKey(call: Pick<Call, 'caller' | 'headers'>): string {
  const { user } = call.caller;
  if (user === undefined) return ADDRESS + networkOf(call.headers.get(CLIENT_ADDRESS) ?? 'unknown');
  const seen = known.get(user.token);
  if (seen !== undefined) return seen;
  const key = `user:${user.id}:${clientOf(user.token)}`;
  known.set(user.token, key);
  return key;
}

export function isAnonymous(key: string): boolean {
  return key.startsWith(ADDRESS);
}

function clientOf(token: string): string {
  const { client_id: client } = decodeJwt(token);
  return typeof client === 'string' ? client : '';
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

function networkOf(address: string): string {
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [before = '', after = ''] = address.toLowerCase().split('::');
  const [first, last] = [before, after].map((half) => half.split(':').filter(Boolean)) as [string[], string[]];
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`;
}
