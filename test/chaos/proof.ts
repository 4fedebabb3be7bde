/** What proves a fault of the catalogue on a running mesh. */
import assert from 'node:assert/strict';
import { ConnectError } from '@connectrpc/connect';
import type { FaultyShop } from './faulty-shop.ts';

export interface Proof {
  /** Done while everything is well. */
  before?(shop: FaultyShop): Promise<void>;
  /** Causes what is not caused by a flag; answers how it is mended. */
  cause?(shop: FaultyShop): Promise<() => Promise<void>>;
  /** Throws unless the symptom shows. */
  symptom(shop: FaultyShop): Promise<void>;
  /** Throws unless everything is well again, once mended. */
  after?(shop: FaultyShop): Promise<void>;
}

export type Proofs = Readonly<Record<string, Proof>>;

/** How what mends by itself is mended. */
export const nothing = async () => undefined;

/** How a call fails; throws when it does not. */
export const failure = (call: Promise<unknown>): Promise<ConnectError> =>
  call.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => ConnectError.from(error),
  );
