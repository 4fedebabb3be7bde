import { TLSSocket } from 'node:tls';
import type { HttpRequest, HttpResponse } from '#chassis/rpc/plain-http.ts';

/**
 * What browsers are told about every answer, whoever makes it; a page that is to be shown says more. Answers are kept by nobody unless they say so, are in nobody's
 * frame, and are read by other sites only as far as CORS lets them.
 */
const HEADERS: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'cross-origin'],
  ['x-frame-options', 'DENY'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cache-control', 'no-store'],
];

const NATIVE_GRPC = /^application\/grpc(\+|$)/;

/** Two years: from now on this host is called with https only, RFC 6797. */
const HSTS = 'max-age=63072000; includeSubDomains';

/** Tells what browsers should know. No browser speaks gRPC as it is, and to put eight headers on the way costs a call more than its limits do. */
export function secure(request: HttpRequest, response: HttpResponse): void {
  if (NATIVE_GRPC.test(request.headers['content-type'] ?? '')) return;
  for (const [name, value] of HEADERS) response.setHeader(name, value);
  if (request.socket instanceof TLSSocket) response.setHeader('strict-transport-security', HSTS);
}
