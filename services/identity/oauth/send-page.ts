import type { HttpResponse } from '#chassis/rpc/plain-http.ts';
import type { Page } from './pages.ts';

const headersOf = ({ securityPolicy }: Page): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': securityPolicy,
  'cache-control': 'no-store',
  // Not `no-referrer`: browsers would hide where a form comes from as well.
  'referrer-policy': 'same-origin',
});

/** Answers the library's request with a page. */
export function sendPage(ctx: { set(headers: Record<string, string>): void; body: unknown }, page: Page): void {
  ctx.body = page.html;
  ctx.set(headersOf(page));
}

/** Answers a plain request with a page. */
export function answerPage(response: HttpResponse, status: number, page: Page): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headersOf(page))) response.setHeader(name, value);
  response.end(page.html);
}
