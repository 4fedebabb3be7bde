import { DomainError } from '#chassis/domain-error.ts';

/** Says where the next page of a query begins. */
export function pageToken(query: unknown, place: unknown): string {
  return Buffer.from(JSON.stringify([query, place])).toString('base64url');
}

/** Reads a token of the same query; undefined for the first page. A token of another query is refused, not misread. */
export function readPageToken<T>(
  token: string,
  query: unknown,
  isPlace: (value: unknown) => value is T,
): T | undefined {
  if (token === '') return undefined;
  const [of, place] = parsed(token);
  if (JSON.stringify(of) !== JSON.stringify(query) || !isPlace(place)) throw new DomainError('INVALID_PAGE_TOKEN');
  return place;
}

function parsed(token: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
