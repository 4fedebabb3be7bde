import { createLocalJWKSet, decodeProtectedHeader, type JWK, type JWTPayload, jwtVerify } from 'jose';
import type { AdapterPayload } from 'oidc-provider';
import { FIRST_PARTY } from '../app/first-party.ts';
import type { SessionStore } from '../app/ports.ts';
import type { PresentedToken } from './adapter.ts';
import { uncovered } from './cover.ts';

export interface IssuedTokens extends PresentedToken {
  /** What an access token of ours says, while it is valid. */
  claimsOf(presented: string): Promise<JWTPayload | undefined>;
}

/** Recognises our own access tokens, whoever gave them out: the authorization server, or Login. */
export function issuedTokens(deps: {
  issuer: string;
  published: { readonly keys: readonly JWK[] };
  sessions: Pick<SessionStore, 'isOpen'>;
}): IssuedTokens {
  const keys = createLocalJWKSet({ keys: [...deps.published.keys] });
  const claimsOf = async (presented: string): Promise<JWTPayload | undefined> => {
    const token = uncovered(presented);
    if (!isJwt(token)) return undefined;
    const options = { issuer: deps.issuer, audience: 'tradewind', typ: 'at+jwt', algorithms: ['ES256'] };
    return jwtVerify(token, keys, options).then(
      ({ payload }) => payload,
      () => undefined,
    );
  };
  return {
    claimsOf,
    async hashOf(presented) {
      const claims = await claimsOf(presented);
      return claims?.jti === undefined ? undefined : Buffer.from(claims.jti, 'base64url');
    },
    async payloadOf(presented) {
      const claims = await claimsOf(presented);
      if (claims?.client_id !== FIRST_PARTY) return undefined;
      const { sub, sid, scope, exp, iat } = claims;
      if (typeof sid !== 'string' || !(await deps.sessions.isOpen(sid, new Date()))) return undefined;
      const payload = { kind: 'AccessToken', jti: presented, accountId: sub, clientId: FIRST_PARTY, scope, exp, iat };
      return payload as AdapterPayload;
    },
  };
}

function isJwt(text: string): boolean {
  try {
    return decodeProtectedHeader(text).alg !== undefined;
  } catch {
    return false;
  }
}
