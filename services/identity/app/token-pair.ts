import { createHash, randomBytes } from 'node:crypto';
import type { AccessToken } from './ports.ts';

/** What a client holds after it signed in. */
export interface TokenPair {
  readonly access: AccessToken;
  readonly refreshToken: string;
  readonly refreshExpireTime: Date;
}

/** 256 random bits. Guessing is hopeless, so a fast hash is enough to keep it by. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored instead of a refresh token, so that a stolen database opens no session. */
export function refreshTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export function daysAfter(now: Date, days: number): Date {
  return new Date(now.getTime() + days * 86_400_000);
}
