import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { HttpRequest, HttpResponse } from '#chassis/rpc/plain-http.ts';

/** A file of the console in memory, with all that a browser is told with it. */
export interface ServedFile {
  headers: Record<string, string>;
  etag: string;
  /** The file and its compressed copies, by `content-encoding`; the empty name is the file itself. */
  copies: Map<string, Uint8Array>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

/** Scripts and styles come from this address only, and none stands in the page; pictures may be a merchant's. */
const CONTENT_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: https:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const SECURITY: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
};

/** The encodings that copies are kept in, the smallest first. */
const ENCODINGS = { br: '.br', gzip: '.gz' } as const;

export function readServed(folder: string, path: string, etag: string): ServedFile {
  const copies = new Map<string, Uint8Array>([['', readFileSync(join(folder, path))]]);
  for (const [encoding, ending] of Object.entries(ENCODINGS)) {
    const copy = readIfThere(join(folder, `${path}${ending}`));
    if (copy) copies.set(encoding, copy);
  }
  // Names under assets/ hold a hash of the content, so what they name never changes.
  const caching = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  const headers = {
    ...SECURITY,
    'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
    'cache-control': caching,
  };
  return { headers, etag, copies };
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Sends a file in the best copy that the client takes; where it is the answer to what was asked for, under a tag by which it need not come twice. */
export function sendFile(request: HttpRequest, response: HttpResponse, file: ServedFile, status: 200 | 404): void {
  const { headers, etag, copies } = file;
  const encoding = encodingFor(String(request.headers['accept-encoding'] ?? ''), copies);
  const body = copies.get(encoding) ?? new Uint8Array();
  const tag = `"${etag}${encoding && `-${encoding}`}"`;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('vary', 'accept, accept-encoding, origin');
  response.statusCode = status;
  if (status === 200) response.setHeader('etag', tag);
  if (status === 200 && isKnown(String(request.headers['if-none-match'] ?? ''), tag)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  if (encoding) response.setHeader('content-encoding', encoding);
  response.setHeader('content-length', body.length);
  if (request.method === 'HEAD') response.end();
  else response.end(body);
}

/** The best copy that the client takes: it names an encoding and does not weigh it with nothing. */
function encodingFor(accepted: string, copies: ReadonlyMap<string, Uint8Array>): string {
  const taken = accepted.split(',').map((part) => part.trim().split(/\s*;\s*q\s*=\s*/));
  const takes = (encoding: string) => taken.some(([name, weight]) => name === encoding && Number(weight ?? 1) > 0);
  return Object.keys(ENCODINGS).find((encoding) => copies.has(encoding) && takes(encoding)) ?? '';
}

function isKnown(known: string, tag: string): boolean {
  return known === '*' || known.split(',').some((each) => each.trim().replace(/^W\//, '') === tag);
}
