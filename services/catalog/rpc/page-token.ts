import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DomainError } from '#chassis/domain-error.ts';

/** What a token may unpack to: more is none of ours. */
const MOST_BYTES = 4096;

/** Says where the next page of a query begins. Packed, because the contract lets a token be 1,000 characters long and a title alone may take 800 bytes. */
export function pageToken(query: unknown, place: unknown): string {
  return deflateRawSync(JSON.stringify([fingerprintOf(query), place])).toString('base64url');
}

/** Reads a token of the same query; undefined for the first page. A token of another query is refused, not misread. */
export function readPageToken<T>(
  token: string,
  query: unknown,
  isPlace: (value: unknown) => value is T,
): T | undefined {
  if (token === '') return undefined;
  const [of, place] = parsed(token);
  if (of !== fingerprintOf(query) || !isPlace(place)) throw new DomainError('INVALID_PAGE_TOKEN');
  return place;
}

function fingerprintOf(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 16);
}

function parsed(token: string): unknown[] {
  try {
    const value: unknown = JSON.parse(
      inflateRawSync(Buffer.from(token, 'base64url'), { maxOutputLength: MOST_BYTES }).toString(),
    );
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
