import { createHash } from 'node:crypto';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { type Client, Code, ConnectError } from '@connectrpc/connect';
import { LRUCache } from 'lru-cache';
import { InvalidToken } from '#chassis/rpc/tokens.ts';
import type { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';

/** After so long a key is asked for again, so that what its user may do is what they may. Its end does not wait for that: the token is revoked. */
const GOOD_MS = 60_000;
/** A key that is none is asked for once in this time. */
const BAD_MS = 2_000;
const KEPT = 10_000;

/** Asks identity what token an API key stands for, once a minute for each. Keys are remembered by their hash only. */
export function exchangeApiKeys(
  identity: Pick<Client<typeof ApiKeysService>, 'exchangeApiKey'>,
): (apiKey: string) => Promise<string> {
  const known = new LRUCache<string, Promise<string>>({ max: KEPT, ttl: GOOD_MS });

  async function exchange(key: string, secret: string): Promise<string> {
    try {
      const { accessToken, expireTime } = await identity.exchangeApiKey({ secret });
      const left = expireTime ? timestampDate(expireTime).getTime() - Date.now() : 0;
      if (left < GOOD_MS) known.delete(key);
      return accessToken;
    } catch (error) {
      if (!isRefusal(error)) {
        known.delete(key);
        throw error;
      }
      const refused = Promise.reject<string>(new InvalidToken('not an API key that is good', { cause: error }));
      known.set(key, refused, { ttl: BAD_MS });
      return refused;
    }
  }

  return (secret) => {
    const key = createHash('sha256').update(secret).digest('base64url');
    const before = known.get(key);
    if (before) return before;
    const asked = exchange(key, secret);
    known.set(key, asked);
    return asked;
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof ConnectError && (error.code === Code.Unauthenticated || error.code === Code.InvalidArgument);
}
