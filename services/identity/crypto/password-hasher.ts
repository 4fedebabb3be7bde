import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../app/ports.ts';
import { limitConcurrency } from './limit-concurrency.ts';

/** argon2id with 19 MiB, 2 passes, 1 lane: OWASP Password Storage Cheat Sheet. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashing runs on libuv's pool of four threads; one stays free, or file and DNS work would wait behind passwords. */
const CONCURRENCY = Math.max(1, Math.min(3, availableParallelism() - 1));

/** Hashes passwords off the main thread, a few at a time. */
export async function createPasswordHasher(): Promise<PasswordHasher> {
  const limited = limitConcurrency(CONCURRENCY);
  // Verified against when there is no account, so that its absence cannot be told by the time it takes.
  const nobody = await hash('nobody has this password', ARGON2ID);
  return {
    hash: (password) => limited(() => hash(password, ARGON2ID)),
    verify: async (stored, password) => {
      const matches = await limited(() => verify(stored ?? nobody, password));
      return matches && stored !== undefined;
    },
  };
}
