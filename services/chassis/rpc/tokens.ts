import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { LRUCache } from 'lru-cache';
import type { GetPage } from '../tls/mesh-fetch.ts';

/** A user as an access token names them. */
export interface VerifiedUser {
  id: string;
  roles: string[];
  sessionId: string | undefined;
}

/** Tells whether a credential is to be believed. Both methods reject with InvalidToken when it is not, and with another error when nobody can tell. */
export interface TokenVerifier {
  user(token: string): Promise<VerifiedUser>;
  /** Gives the name of the service, as in `orders`. */
  service(token: string): Promise<string>;
}

/** The credential is malformed, forged, expired or meant for somebody else. Its message never reaches the caller. */
export class InvalidToken extends Error {}

export interface TokenVerifierOptions {
  /** Where the keys of user tokens are published. Without it no user token is believed. */
  jwksUrl?: string;
  /** How they are fetched; by `fetch` when unset. */
  getKeys?: GetPage | undefined;
  /** The keys of service tokens, a JWK Set in JSON. Without it no service token is believed. */
  meshJwks?: string;
}

const AUDIENCE = 'tradewind';
const MESH_ISSUER = 'tradewind-mesh';
const CLOCK_SKEW_SECONDS = 30;
const CACHE_SIZE = 10_000;

/** Verifies user tokens against the keys identity publishes and service tokens against keys known from the start. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier & { fetchKeys(): Promise<void> } {
  const userKeys =
    options.jwksUrl === undefined
      ? undefined
      : // A token with an unknown key id makes us ask again at most every five seconds, so that a flood of forged ones cannot flood identity.
        createRemoteJWKSet(new URL(options.jwksUrl), {
          cooldownDuration: 5_000,
          cacheMaxAge: 600_000,
          timeoutDuration: 2_000,
          ...(options.getKeys && { [customFetch]: options.getKeys }),
        });
  const meshKeys = options.meshJwks === undefined ? undefined : createLocalJWKSet(JSON.parse(options.meshJwks));
  return {
    /** So that no call has to wait for the keys of user tokens; rejects when they cannot be had. */
    fetchKeys: async () => userKeys?.reload(),
    user: remembered(async (token) => {
      const claims = await verified(token, userKeys);
      const user = { id: subjectOf(claims), roles: stringsOf(claims.roles), sessionId: optionalString(claims.sid) };
      return { value: user, claims };
    }),
    service: remembered(async (token) => {
      const claims = await verified(token, meshKeys, MESH_ISSUER);
      const [kind, name] = subjectOf(claims).split(':', 2);
      if (kind !== 'service' || !name) throw new InvalidToken('not the token of a service');
      return { value: name, claims };
    }),
  };
}

async function verified(token: string, keys: JWTVerifyGetKey | undefined, issuer?: string): Promise<JWTPayload> {
  if (keys === undefined) throw new InvalidToken('no keys are known for this kind of token');
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['ES256'],
      audience: AUDIENCE,
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ['exp', 'sub'],
      ...(issuer === undefined ? {} : { issuer }),
    });
    return payload;
  } catch (error) {
    if (isUnverifiable(error)) throw error;
    throw new InvalidToken('token refused', { cause: error });
  }
}

/** The keys could not be had, so nothing is known about the token. jose throws its own base class for an answer that is not a key set. */
function isUnverifiable(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return (
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC'
  );
}

/** Verifies a token once: its answer holds until it expires. A refusal is not remembered, since the keys may have changed. */
function remembered<T extends {}>(
  verify: (token: string) => Promise<{ value: T; claims: JWTPayload }>,
): (token: string) => Promise<T> {
  const cache = new LRUCache<string, T>({ max: CACHE_SIZE });
  return async (token) => {
    const known = cache.get(token);
    if (known !== undefined) return known;
    const { value, claims } = await verify(token);
    const ttl = (claims.exp ?? 0) * 1000 - Date.now();
    if (ttl >= 1) cache.set(token, value, { ttl: Math.floor(ttl) });
    return value;
  };
}

function subjectOf(claims: JWTPayload): string {
  if (!claims.sub) throw new InvalidToken('the token names no subject');
  return claims.sub;
}

function stringsOf(claim: unknown): string[] {
  return Array.isArray(claim) ? claim.filter((item) => typeof item === 'string') : [];
}

function optionalString(claim: unknown): string | undefined {
  return typeof claim === 'string' ? claim : undefined;
}
