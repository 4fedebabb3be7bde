import { Code, ConnectError } from '@connectrpc/connect';
import { refuse } from './http-refusal.ts';
import type { HttpRequest, HttpResponse } from './plain-http.ts';
import { countRefused } from './refused-requests.ts';

/** Ends a request that has not arrived as a whole after `ms` milliseconds: whoever sends a byte now and then would otherwise hold what it takes for ever. Node does so for HTTP/1 only. */
export function limitArrival(request: HttpRequest, response: HttpResponse, ms: number): void {
  if (request.complete) return;
  const timer = setTimeout(() => {
    if (request.complete) return;
    countRefused('too_slow');
    const end = () => request.destroy();
    if (response.headersSent) return end();
    response.once('close', end).once('finish', end);
    if (request.httpVersionMajor === 1) response.setHeader('connection', 'close');
    void refuse(request, response, 408, new ConnectError('the request took too long to arrive', Code.DeadlineExceeded));
  }, ms).unref();
  const stop = () => clearTimeout(timer);
  request.once('end', stop);
  response.once('close', stop);
}
