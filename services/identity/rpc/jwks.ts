import type { IncomingMessage, ServerResponse } from 'node:http';

/** Serves the public keys (RFC 7517). Cached briefly: a verifier that meets an unknown key id asks again anyway. */
export function jwksHandler(published: { readonly keys: readonly object[] }) {
  const body = JSON.stringify(published);
  return (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=300' });
    response.end(body);
  };
}
