import { createHash } from 'node:crypto';

/**
 * A fingerprint of a request's body, by which a replay is told from a reused request id. The request id goes into it too, so the
 * fingerprints of one card used twice differ and say nothing about the card.
 */
export function fingerprint(requestId: string, ...body: (string | bigint | undefined)[]): string {
  const text = JSON.stringify([requestId, ...body.map((part) => (part === undefined ? null : String(part)))]);
  return createHash('sha256').update(text).digest('hex');
}
