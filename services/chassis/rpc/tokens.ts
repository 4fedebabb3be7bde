import type { ConnectError } from '@connectrpc/connect';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
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
  /** What the client that holds the token may do for them. */
  scopes: string[];
  /** What to pass on in place of the token that was shown, if that is another. */
  token?: string;
}

/** Tells whether a credential is to be believed. Both methods reject with InvalidToken when it is not, with UntriedToken when it is not looked at, and with another error when nobody can tell. */
export interface TokenVerifier {
  user(token: string): Promise<VerifiedUser>;
  /** Gives the name of the service, as in `orders`. */
  service(token: string): Promise<string>;
}

/** The credential is malformed, forged, expired or meant for somebody else. Its message never reaches the caller. */
export class InvalidToken extends Error {}

/** The credential was good, and was ended before its time. */
export class RevokedToken extends InvalidToken {}

/** Nobody looked whether the credential is good, and `answer` says why: too many came from where it comes from. */
export class UntriedToken extends Error {
  readonly answer: ConnectError;

  constructor(answer: ConnectError) {
    super(answer.rawMessage);
    this.answer = answer;
  }
}

export interface TokenVerifierOptions {
  /** Whose tokens are believed, of users and of services. Without it none of either is. */
  identity?: {
    issuer: string;
    /** Where its keys are published. */
    jwksUrl: string;
    /** How they are fetched; by `fetch` when unset. */
    getKeys?: GetPage | undefined;
  };
  /** The keys of service tokens that were made beforehand, a JWK Set in JSON. Without it none of those is believed. */
  meshJwks?: string;
  /** Whether a token (`jti`) or what it belongs to (`sid`) has ended before its time. */
  isRevoked?(id: string): boolean;
}

/** Who a token must be of, and of what kind. */
interface Issuer {
  readonly keys: JWTVerifyGetKey;
  readonly issuer: string;
  readonly typ?: string;
}

const AUDIENCE = 'tradewind';
const MESH_ISSUER = 'tradewind-mesh';
/** How much later than we others may think it is, and the reverse. */
export const CLOCK_SKEW_SECONDS = 30;
const CACHE_SIZE = 10_000;

/** Verifies what identity issued against the keys it publishes, and service tokens made beforehand against keys known from the start. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier & { fetchKeys(): Promise<void> } {
  const identity = options.identity && identityIssuer(options.identity);
  const { isRevoked = () => false } = options;
  const mesh = options.meshJwks && { keys: createLocalJWKSet(JSON.parse(options.meshJwks)), issuer: MESH_ISSUER };
  return {
    /** So that no call has to wait for identity's keys; rejects when they cannot be had. */
    fetchKeys: async () => identity?.keys.reload(),
    user: remembered(isRevoked, async (token) => {
      const claims = await verified(token, identity);
      const id = subjectOf(claims);
      // A service, or a client that acts for itself, is nobody's user.
      if (id.includes(':')) throw new InvalidToken('not the token of a user');
      const scopes = optionalString(claims.scope)?.split(' ') ?? [];
      const user = { id, roles: stringsOf(claims.roles), sessionId: optionalString(claims.sid), scopes };
      return { value: user, claims };
    }),
    service: remembered(isRevoked, async (token) => {
      const claims = await verified(token, claimedIssuer(token) === MESH_ISSUER ? mesh || undefined : identity);
      const [kind, name, ...more] = subjectOf(claims).split(':');
      if (kind !== 'service' || !name || more.length > 0) throw new InvalidToken('not the token of a service');
      return { value: name, claims };
    }),
  };
}

function identityIssuer({ issuer, jwksUrl, getKeys }: NonNullable<TokenVerifierOptions['identity']>) {
  // A token with an unknown key id makes us ask again at most every five seconds, so that a flood of forged ones cannot flood identity.
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    cooldownDuration: 5_000,
    cacheMaxAge: 600_000,
    timeoutDuration: 2_000,
    ...(getKeys && { [customFetch]: getKeys }),
  });
  // Identity signs other things with the same keys, such as what it tells a client of a user.
  return { keys, issuer, typ: 'at+jwt' };
}

/** Whom a token says it is of, which says only whose keys to try. */
function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

async function verified(token: string, by: Issuer | undefined): Promise<JWTPayload> {
  if (by === undefined) throw new InvalidToken('no keys are known for this kind of token');
  const { keys, ...expected } = by;
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...expected,
      algorithms: ['ES256'],
      audience: AUDIENCE,
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ['exp', 'sub'],
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

/** Verifies a token once: its answer holds until it expires or is revoked. A refusal is not remembered, since the keys may have changed. */
function remembered<T extends {}>(
  isRevoked: (id: string) => boolean,
  verify: (token: string) => Promise<{ value: T; claims: JWTPayload }>,
): (token: string) => Promise<T> {
  const cache = new LRUCache<string, { value: T; ids: string[] }>({ max: CACHE_SIZE });
  const fresh = async (token: string) => {
    const { value, claims } = await verify(token);
    const good = { value, ids: [claims.sid, claims.jti].filter((id) => typeof id === 'string') };
    const ttl = (claims.exp ?? 0) * 1000 - Date.now();
    if (ttl >= 1) cache.set(token, good, { ttl: Math.floor(ttl) });
    return good;
  };
  return async (token) => {
    const { value, ids } = cache.get(token) ?? (await fresh(token));
    if (ids.some(isRevoked)) throw new RevokedToken('the token was revoked');
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
