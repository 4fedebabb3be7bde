import { createHash } from 'node:crypto';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { type Client, Code, ConnectError } from '@connectrpc/connect';
import { LRUCache } from 'lru-cache';
import { currentCall } from '#chassis/rpc/call.ts';
import { InvalidToken, UntriedToken } from '#chassis/rpc/tokens.ts';
import type { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { callerKey } from './limits/caller-key.ts';
import { comeBackLater } from './limits/come-back-later.ts';
import { createLedger } from './limits/ledger.ts';
import type { Limit } from './limits/limit.ts';

/** After so long a key is asked for again, so that what its user may do is what they may. Its end does not wait for that: the token is revoked. */
const GOOD_MS = 60_000;
/** A key that is none is asked for once in this time. */
const BAD_MS = 30_000;
/** For so long a key that was good is nothing new, and does not count for its address. */
const FAMILIAR_MS = 3_600_000;
const KEPT = 10_000;
const BAD_KEPT = 1_000;

/** How many keys that nobody has shown here before may come from one address. */
export const NEW_KEYS: Limit = { perSecond: 1, burst: 20, perHour: 0 };

/**
 * Asks identity what token an API key stands for, once a minute for each. Keys are remembered by their hash only. Who tries many keys is held to a limit before
 * identity is asked, and takes no room from keys that are good.
 */
export function exchangeApiKeys(
  identity: Pick<Client<typeof ApiKeysService>, 'exchangeApiKey'>,
): (apiKey: string) => Promise<string> {
  const known = new LRUCache<string, Promise<string>>({ max: KEPT, ttl: GOOD_MS });
  const familiar = new LRUCache<string, true>({ max: KEPT, ttl: FAMILIAR_MS });
  const bad = new LRUCache<string, true>({ max: BAD_KEPT, ttl: BAD_MS });
  const addresses = createLedger(() => NEW_KEYS, KEPT);

  async function exchange(key: string, secret: string): Promise<string> {
    try {
      const { accessToken, expireTime } = await identity.exchangeApiKey({ secret });
      familiar.set(key, true);
      const left = expireTime ? timestampDate(expireTime).getTime() - Date.now() : 0;
      if (left < GOOD_MS) known.delete(key);
      return accessToken;
    } catch (error) {
      known.delete(key);
      if (!isRefusal(error)) throw error;
      familiar.delete(key);
      bad.set(key, true);
      throw notGood(error);
    }
  }

  function countNew(): void {
    const call = currentCall();
    if (!call) return;
    const { refused, retryAfterMs } = addresses.take(callerKey(call));
    if (!refused) return;
    const metadata = { per_second: String(NEW_KEYS.perSecond), burst: String(NEW_KEYS.burst) };
    const words = 'too many API keys that are not known here came from your address';
    throw new UntriedToken(comeBackLater(words, refused, retryAfterMs, metadata));
  }

  return async (secret) => {
    const key = createHash('sha256').update(secret).digest('base64url');
    const before = known.get(key);
    if (before) return before;
    if (bad.has(key)) throw notGood();
    if (!familiar.has(key)) countNew();
    const asked = exchange(key, secret);
    // Those it is good for at once share one question; what is refused makes room again.
    known.set(key, asked);
    return asked;
  };
}

const notGood = (cause?: unknown) => new InvalidToken('not an API key that is good', { cause });

function isRefusal(error: unknown): boolean {
  return error instanceof ConnectError && (error.code === Code.Unauthenticated || error.code === Code.InvalidArgument);
}
