import type { HttpRequest } from './plain-http.ts';
import type { UniversalResponse } from './wire-errors.ts';

/** Whether a client that asks to read has what it asks for: it named the content it knows (RFC 9110, section 13.1.2). */
export function isKnown(request: HttpRequest, etag: string | null | undefined): boolean {
  const known = request.headers['if-none-match'];
  if (!etag || known === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  return known.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag);
}

/** The answer without its content, for a client that has it. */
export function unlessKnown(request: HttpRequest, response: UniversalResponse): UniversalResponse {
  if (response.status !== 200 || !isKnown(request, response.header?.get('etag'))) return response;
  const header = new Headers(response.header);
  for (const name of ['content-type', 'content-length', 'content-encoding']) header.delete(name);
  return { status: 304, header };
}
