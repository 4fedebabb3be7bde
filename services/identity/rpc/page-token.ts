import { createHash } from 'node:crypto';
import { DomainError } from '#chassis/domain-error.ts';

const TOKEN = /^([0-9a-f-]{36})\.(.{11})$/;

/** Names where the next page of a list begins, and of which list: nobody goes on with another one's. */
export function pageTokenOf(list: unknown, last: string): string {
  return Buffer.from(`${last}.${markOf(list)}`).toString('base64url');
}

/** The id that the page before ended with. Undefined for the first page. */
export function readPageToken(list: unknown, token: string): string | undefined {
  if (token === '') return undefined;
  const [, last, mark] = TOKEN.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (last === undefined || mark !== markOf(list)) throw new DomainError('INVALID_PAGE_TOKEN');
  return last;
}

function markOf(list: unknown): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 11);
}
