import { Readable } from 'node:stream';
import type { HttpRequest } from '#chassis/rpc/plain-http.ts';

/** No access token begins like this, and no browser escapes it in a form. */
const COVER = '~';
const FIRST = 'e';
const MOST_BYTES = 56 * 1024;

/**
 * The library refuses to inspect or revoke a token that looks like a JWT, since it keeps none of those. Ours are JWTs outside only: it keeps what they stand
 * for. So the first letter of such a token is covered on its way in; a body that is too long to be a token's is left as it is, and refused.
 */
export async function covered(request: HttpRequest): Promise<Readable & { headers: HttpRequest['headers'] }> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MOST_BYTES) chunks.push(chunk);
  }
  const body = Buffer.concat(chunks)
    .toString('latin1')
    .replace(/(^|&)token=e(?=yJ)/, `$1token=${COVER}`);
  return Object.assign(Readable.from([Buffer.from(body, 'latin1')]), { headers: request.headers });
}

/** The token as it was presented. */
export function uncovered(token: string): string {
  return token.startsWith(COVER) ? FIRST + token.slice(1) : token;
}
