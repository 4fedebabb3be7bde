import { randomBytes } from 'node:crypto';
import type { AccessToken } from './ports.ts';

/** What a client holds after it signed in. */
export interface TokenPair {
  readonly access: AccessToken;
  readonly refreshToken: string;
  readonly refreshExpireTime: Date;
}

/** 256 random bits. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

export function daysAfter(now: Date, days: number): Date {
  return new Date(now.getTime() + days * 86_400_000);
}
