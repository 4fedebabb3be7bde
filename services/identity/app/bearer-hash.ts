import { createHash } from 'node:crypto';

/** What is kept instead of something random that opens a door to whoever shows it. Guessing it is hopeless, so a fast hash is enough. */
export function bearerHash(shown: string): Buffer {
  return createHash('sha256').update(shown).digest();
}
