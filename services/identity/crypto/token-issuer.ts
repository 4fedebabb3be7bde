import { SignJWT } from 'jose';
import type { TokenIssuer } from '../app/ports.ts';
import type { SigningKeys } from './signing-keys.ts';

const AUDIENCE = 'tradewind';
const LIFETIME_MS = 15 * 60_000;

/** Signs access tokens (RFC 9068): ES256, 15 minutes. */
export function createTokenIssuer(keys: SigningKeys, issuer: string): TokenIssuer {
  return {
    async issue({ id, subject, clientId, scope, roles, sessionId }, now) {
      const expireTime = new Date(now.getTime() + LIFETIME_MS);
      const token = await new SignJWT({ client_id: clientId, scope, roles: roles && [...roles], sid: sessionId })
        .setProtectedHeader({ alg: 'ES256', kid: keys.current.kid, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(subject)
        .setJti(id)
        .setIssuedAt(now)
        .setExpirationTime(expireTime)
        .sign(keys.current.privateKey);
      return { token, expireTime };
    },
  };
}
