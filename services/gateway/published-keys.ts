import type { GetPage } from '#chassis/tls/mesh-fetch.ts';

/**
 * Shows identity's public keys at the edge, so that partners can check tokens without reaching into the mesh. The last answer is kept for
 * a minute, and for as long as identity cannot be asked.
 */
export function publishedKeys(jwksUrl: string, get: GetPage): () => Promise<unknown> {
  let known: { keys: unknown; until: number } | undefined;
  return async () => {
    if (known !== undefined && known.until > Date.now()) return known.keys;
    try {
      const response = await get(jwksUrl, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
      if (!response.ok) throw new Error(`identity answered ${response.status}`);
      known = { keys: await response.json(), until: Date.now() + KEEP_MS };
    } catch (error) {
      if (known === undefined) throw error;
    }
    return known.keys;
  };
}

const KEEP_MS = 60_000;
const FETCH_TIMEOUT_MS = 2_000;
