import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuseUnknown } from '#chassis/rpc/http-refusal.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '#chassis/rpc/plain-http.ts';

/** Where the console's build leaves its files. */
const CONSOLE_DIST = fileURLToPath(new URL('../console/dist/', import.meta.url));

/** What the build says of itself. */
interface Site {
  /** The addresses that are pages, `*` standing for any ending. */
  pages: string[];
  files: { path: string; etag: string }[];
}

interface ServedFile {
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

/**
 * Serves the console from memory: its files by their exact names, so that no path leads out of them, and its one document at every address
 * that is a page. Undefined when there is no build.
 */
export function consoleFiles(folder: string = CONSOLE_DIST): HttpHandler | undefined {
  const site = siteIn(folder);
  if (site === undefined) return undefined;
  const files = new Map(site.files.map(({ path, etag }) => [`/${path}`, readServed(folder, path, etag)]));
  const document = files.get('/index.html');
  const isPage = pageRule(site.pages);
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const file = isPage(path) ? document : files.get(path);
    if (file === undefined || !['GET', 'HEAD'].includes(request.method ?? '')) return refuseUnknown(request, response);
    send(request, response, file);
  };
}

function siteIn(folder: string): Site | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'site.json'), 'utf8')) as Site;
  } catch {
    return undefined;
  }
}

function pageRule(pages: readonly string[]): (path: string) => boolean {
  const exact = new Set(pages.filter((page) => !page.endsWith('*')));
  const beginnings = pages.filter((page) => page.endsWith('*')).map((page) => page.slice(0, -1));
  return (path) => exact.has(path) || beginnings.some((beginning) => path.startsWith(beginning));
}

function readServed(folder: string, path: string, etag: string): ServedFile {
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

function send(request: HttpRequest, response: HttpResponse, { headers, etag, copies }: ServedFile): void {
  const encoding = encodingFor(String(request.headers['accept-encoding'] ?? ''), copies);
  const body = copies.get(encoding) ?? new Uint8Array();
  const tag = `"${etag}${encoding && `-${encoding}`}"`;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('vary', 'accept, accept-encoding, origin');
  response.setHeader('etag', tag);
  if (isKnown(String(request.headers['if-none-match'] ?? ''), tag)) {
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
