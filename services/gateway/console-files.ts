import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuseUnknown } from '#chassis/rpc/http-refusal.ts';
import type { HttpHandler, HttpRequest } from '#chassis/rpc/plain-http.ts';
import { readServed, sendFile } from './served-file.ts';

/** Where the console's build leaves its files. */
const CONSOLE_DIST = fileURLToPath(new URL('../console/dist/', import.meta.url));

/** What the build says of itself. */
interface Site {
  /** The addresses that are pages, `*` standing for any ending. */
  pages: string[];
  files: { path: string; etag: string }[];
}

/** How RPCs are called: who writes one wrong is told so in its terms. */
const RPC_PATH = /^\/[\w.]+\.[A-Z]\w*\/\w+$/;

/**
 * Serves the console from memory: its files by their exact names, so that no path leads out of them, and its one document at every address
 * that is a page; to a browser also, with status 404, at those that are nothing, for which it has a page. Undefined when there is no build.
 */
export function consoleFiles(folder: string = CONSOLE_DIST): HttpHandler | undefined {
  const site = siteIn(folder);
  if (site === undefined) return undefined;
  const files = new Map(site.files.map(({ path, etag }) => [`/${path}`, readServed(folder, path, etag)]));
  const document = files.get('/index.html');
  const isPage = pageRule(site.pages);
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (!['GET', 'HEAD'].includes(request.method ?? '')) return refuseUnknown(request, response);
    const file = isPage(path) ? document : files.get(path);
    if (file !== undefined) return sendFile(request, response, file, 200);
    if (document === undefined || !isOpened(request) || RPC_PATH.test(path)) return refuseUnknown(request, response);
    sendFile(request, response, document, 404);
  };
}

/** Whether somebody opened the address to look at it. */
function isOpened({ headers }: HttpRequest): boolean {
  return headers.accept?.includes('text/html') === true;
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
