import type { HttpHandler } from '#chassis/rpc/plain-http.ts';

/** Serves the public keys (RFC 7517). Cached briefly: a verifier that meets an unknown key id asks again anyway. */
export function jwksHandler(published: { readonly keys: readonly object[] }): HttpHandler {
  const body = JSON.stringify(published);
  return (_request, response) => {
    response.setHeader('content-type', 'application/jwk-set+json');
    response.setHeader('cache-control', 'public, max-age=300');
    response.end(body);
  };
}
