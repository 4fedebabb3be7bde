import { SignJWT } from 'jose';
import type { TokenIssuer } from '../app/ports.ts';
import type { SigningKeys } from './signing-keys.ts';

const ISSUER = 'tradewind-identity';
const AUDIENCE = 'tradewind';
const LIFETIME_MS = 15 * 60_000;

/** Signs access tokens: ES256, 15 minutes. */
export function createTokenIssuer(keys: SigningKeys): TokenIssuer {
  return {
    async issue(user, sessionId, now) {
      const expireTime = new Date(now.getTime() + LIFETIME_MS);
      const token = await new SignJWT({ roles: [...user.roles], sid: sessionId })
        .setProtectedHeader({ alg: 'ES256', kid: keys.current.kid, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(user.id)
        .setIssuedAt(now)
        .setExpirationTime(expireTime)
        .sign(keys.current.privateKey);
      return { token, expireTime };
    },
  };
}
