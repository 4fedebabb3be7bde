import { type CryptoKey, calculateJwkThumbprint, importJWK, type JWK } from 'jose';

/** The key that signs and all keys that verify. */
export interface SigningKeys {
  readonly current: { readonly kid: string; readonly privateKey: CryptoKey };
  /** What verifiers are given: public parts only. */
  readonly published: { readonly keys: readonly JWK[] };
}

/**
 * Reads the signing keys. Keys are changed without an outage by publishing the coming one first, then signing with it, then publishing the
 * old one until its last token expired; `others` holds whichever is not signing.
 */
export async function loadSigningKeys(current: JWK, others: readonly JWK[]): Promise<SigningKeys> {
  const published = await Promise.all([current, ...others].map(publicPart));
  const kid = published[0]?.kid;
  const privateKey = await importJWK(current, 'ES256');
  if (!kid || privateKey instanceof Uint8Array) throw new Error('SIGNING_KEY is not an EC key');
  return { current: { kid, privateKey }, published: { keys: published } };
}

async function publicPart(key: JWK): Promise<JWK> {
  const { kty, crv, x, y } = key;
  const kid = key.kid ?? (await calculateJwkThumbprint({ kty, crv, x, y } as JWK));
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' } as JWK;
}
