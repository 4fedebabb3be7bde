import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import { ExternalSigningKey } from 'oidc-provider';

/** A key that is published beside the one that signs: what another replica signed with it yesterday, or signs with it already, is believed. */
export class VerifyOnlyKey extends ExternalSigningKey {
  readonly #jwk: JWK;

  constructor(jwk: JWK) {
    super();
    this.#jwk = jwk;
  }

  override get kid(): string | undefined {
    return this.#jwk.kid;
  }

  override get alg(): string {
    return 'ES256';
  }

  override keyObject(): KeyObject {
    return createPublicKey({ key: { ...this.#jwk }, format: 'jwk' });
  }

  override sign(): never {
    throw new Error(`the key ${this.kid} signs nothing here`);
  }
}
