import { cors } from '@connectrpc/connect';
import { FAULT_HEADER } from '#chassis/faults/fault-header.ts';
import type { HttpRequest, HttpResponse } from '#chassis/rpc/plain-http.ts';
import { STALE_HEADER } from '#chassis/rpc/resilience/stale-answers.ts';
import { secure } from './security-headers.ts';

/** Headers that say who somebody is inside the mesh: from outside they would be a lie. `authorization` stays, it is checked; so does the one that asks for faults, which goes no further than here where they are not allowed. */
const IDENTITY_HEADER = /^x-(tradewind|client|user|auth|forwarded-(user|client-cert)|jwt|internal)(-|$)/;

/** What pages may read of an answer: the state of their limits, when a version goes, whether a copy they hold is still good. */
const EXPOSED = [
  ...cors.exposedHeaders,
  ...['x-correlation-id', STALE_HEADER, 'deprecation', 'sunset', 'link', 'etag', 'allow', 'www-authenticate'],
  ...['ratelimit', 'ratelimit-policy', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'retry-after'],
].join(', ');
const ALLOWED = [
  ...cors.allowedHeaders,
  ...['authorization', 'x-api-key', 'x-correlation-id', 'traceparent', 'idempotency-key', 'if-none-match'],
].join(', ');
const METHODS = [...cors.allowedMethods, 'PUT', 'PATCH', 'DELETE', 'HEAD'].join(', ');
const PREFLIGHT_SECONDS = '7200';

export interface EdgeOptions {
  /** Origins whose pages may call, separated by commas; `*` means any. */
  allowedOrigins: string;
  /** How many proxies stand before the gateway, each of which adds the address it saw to `x-forwarded-for`. */
  trustedProxies: number;
}

/** Tells a service where a call comes from, for limits on sign-in. Only the gateway sets it. */
export const CLIENT_ADDRESS = 'x-client-address';
/** Tells it what the caller says of itself, for people to recognise their sessions. */
export const CLIENT_USER_AGENT = 'x-client-user-agent';

/**
 * What every request passes on its way in: claims of identity are taken off, and browsers learn which pages may call. Answers true when
 * the request was only such a question.
 */
export function edge(options: EdgeOptions): (request: HttpRequest, response: HttpResponse) => boolean {
  const isAllowed = originRule(options.allowedOrigins);
  return (request, response) => {
    for (const name of Object.keys(request.headers)) {
      if (IDENTITY_HEADER.test(name) && name !== FAULT_HEADER) delete request.headers[name];
    }
    takeApiKey(request);
    request.headers[CLIENT_ADDRESS] = clientAddress(request, options.trustedProxies);
    const { 'user-agent': userAgent } = request.headers;
    if (userAgent !== undefined) request.headers[CLIENT_USER_AGENT] = userAgent;
    secure(request, response);
    // Said to those without an origin too: what they keep must not be taken for what a page of another site is answered.
    response.setHeader('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined) return false;
    const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
    if (isAllowed(origin)) allow(origin, isPreflight, response);
    if (!isPreflight) return false;
    response.statusCode = 204;
    response.end();
    return true;
  };
}

/** An API key may come in a header of its own, which some tools find easier; it is a bearer token all the same. */
function takeApiKey({ headers }: HttpRequest): void {
  const { 'x-api-key': key } = headers;
  delete headers['x-api-key'];
  if (typeof key === 'string' && headers.authorization === undefined) headers.authorization = `Bearer ${key}`;
}

/** Whatever else `x-forwarded-for` holds was written by the client itself, and is not believed. */
function clientAddress(request: HttpRequest, trustedProxies: number): string {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
  const told = trustedProxies === 0 ? undefined : forwarded.at(-trustedProxies)?.trim();
  return told || request.socket.remoteAddress || 'unknown';
}

function originRule(allowedOrigins: string): (origin: string) => boolean {
  const allowed = new Set(allowedOrigins.split(',').map((origin) => origin.trim()));
  return (origin) => allowed.has('*') || allowed.has(origin);
}

function allow(origin: string, isPreflight: boolean, response: HttpResponse): void {
  response.setHeader('access-control-allow-origin', origin);
  if (!isPreflight) {
    response.setHeader('access-control-expose-headers', EXPOSED);
    return;
  }
  response.setHeader('access-control-allow-methods', METHODS);
  response.setHeader('access-control-allow-headers', ALLOWED);
  response.setHeader('access-control-max-age', PREFLIGHT_SECONDS);
}
