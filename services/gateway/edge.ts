import { cors } from '@connectrpc/connect';
import type { HttpRequest, HttpResponse } from '#chassis/rpc/http-face.ts';

/** Headers that say who somebody is inside the mesh: from outside they would be a lie. `authorization` stays, it is checked. */
const IDENTITY_HEADER = /^x-(tradewind|user|auth|forwarded-(user|client-cert)|jwt|internal)(-|$)/;

const EXPOSED = [...cors.exposedHeaders, 'x-correlation-id'].join(', ');
const ALLOWED = [...cors.allowedHeaders, 'authorization', 'x-correlation-id', 'traceparent'].join(', ');
const METHODS = cors.allowedMethods.join(', ');
const PREFLIGHT_SECONDS = '7200';

/**
 * What every request passes on its way in: claims of identity are taken off, and browsers learn which pages may call. Answers true when
 * the request was only such a question.
 */
export function edge(allowedOrigins: string): (request: HttpRequest, response: HttpResponse) => boolean {
  const isAllowed = originRule(allowedOrigins);
  return (request, response) => {
    for (const name of Object.keys(request.headers)) {
      if (IDENTITY_HEADER.test(name)) delete request.headers[name];
    }
    response.setHeader('x-content-type-options', 'nosniff');
    const { origin } = request.headers;
    if (origin === undefined) return false;
    response.setHeader('vary', 'Origin');
    if (isAllowed(origin)) allow(origin, response);
    if (request.method !== 'OPTIONS') return false;
    response.statusCode = 204;
    response.end();
    return true;
  };
}

function originRule(allowedOrigins: string): (origin: string) => boolean {
  const allowed = new Set(allowedOrigins.split(',').map((origin) => origin.trim()));
  return (origin) => allowed.has('*') || allowed.has(origin);
}

function allow(origin: string, response: HttpResponse): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', METHODS);
  response.setHeader('access-control-allow-headers', ALLOWED);
  response.setHeader('access-control-expose-headers', EXPOSED);
  response.setHeader('access-control-max-age', PREFLIGHT_SECONDS);
}
