import { DomainError } from '#chassis/domain-error.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Says where a person's next page begins. */
export function pageTokenOf(userId: string, lastId: string): string {
  return Buffer.from(`${userId} ${lastId}`).toString('base64url');
}

/** Reads a token of the same person; undefined for the first page. */
export function readPageToken(token: string, userId: string): string | undefined {
  if (token === '') return undefined;
  const [owner, lastId = ''] = Buffer.from(token, 'base64url').toString().split(' ');
  if (owner !== userId || !UUID.test(lastId)) throw new DomainError('INVALID_PAGE_TOKEN');
  return lastId;
}
