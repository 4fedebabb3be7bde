import { createHash, randomFillSync } from 'node:crypto';

const POOL_IDS = 256;
const pool = Buffer.allocUnsafe(16 * POOL_IDS);
let taken = POOL_IDS;

/** A new UUIDv7 (RFC 9562): ordered by the millisecond it was made in, random otherwise. */
export function newId(): string {
  if (taken === POOL_IDS) {
    randomFillSync(pool);
    taken = 0;
  }
  const bytes = pool.subarray(taken * 16, ++taken * 16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  return formatUuid(bytes, 7);
}

/** The same UUIDv8 (RFC 9562, SHA-256) for the same parts: a key that a repeat of the same work finds again. */
export function derivedId(...parts: string[]): string {
  return formatUuid(createHash('sha256').update(parts.join('\u0000')).digest().subarray(0, 16), 8);
}

function formatUuid(bytes: Buffer, version: number): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
