import type { TokenVerifier } from './tokens.ts';

/** How API keys begin, and no other token does. */
const API_KEY = 'tw_';

/**
 * Believes API keys too: the token that a key stands for is verified like any other, and goes on in its place, so that what is behind knows of no keys and
 * what is revoked is refused.
 */
export function takingApiKeys(verifier: TokenVerifier, exchange: (apiKey: string) => Promise<string>): TokenVerifier {
  return {
    service: (token) => verifier.service(token),
    async user(token) {
      if (!token.startsWith(API_KEY)) return verifier.user(token);
      const standsFor = await exchange(token);
      return { ...(await verifier.user(standsFor)), token: standsFor };
    },
  };
}
