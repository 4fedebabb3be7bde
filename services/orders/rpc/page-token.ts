/** Says where the next page begins. A token is of one query: used with another one it is refused, not misread. */
import { DomainError } from '#chassis/domain-error.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `query` names everything the page depends on, such as the filter. */
function pageToken(after: string, query: unknown): string {
  return Buffer.from(JSON.stringify([after, query])).toString('base64url');
}

/** The id the page begins after; undefined on the first page. */
export function readPageToken(token: string, query: unknown): string | undefined {
  if (token === '') return undefined;
  const [after, of] = parse(token);
  if (typeof after !== 'string' || !UUID.test(after) || JSON.stringify(of) !== JSON.stringify(query)) {
    throw new DomainError('INVALID_PAGE_TOKEN');
  }
  return after;
}

function parse(token: string): unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(content) ? content : [];
  } catch {
    return [];
  }
}

/** A page and the token of the next one, from one row more than the page holds. */
export function pageOf<T>(
  rows: T[],
  size: number,
  idOf: (row: T) => string,
  query: unknown,
): { page: T[]; next: string } {
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return { page, next: rows.length > size && last ? pageToken(idOf(last), query) : '' };
}
