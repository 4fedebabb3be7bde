import { createServer, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { Code, ConnectError } from '@connectrpc/connect';
import { refuse } from './http-refusal.ts';
import type { PortLimits } from './port-limits.ts';
import { countRefused } from './refused-requests.ts';
import { answerUnreadable } from './unreadable-request.ts';

/** A host, with or without a port, that can be put into an address. */
const HOST = /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i;

/** Answers requests that come in the clear to a port that speaks TLS: pages are at the same address with https; what would send something is refused, since it has been read on the way. */
export function encryptedOnly(limits: PortLimits): (socket: Socket) => void {
  const listener: RequestListener = (request, response) => {
    countRefused('not_encrypted');
    const { method, url = '/', headers } = request;
    response.setHeader('connection', 'close');
    if ((method === 'GET' || method === 'HEAD') && url.startsWith('/') && HOST.test(headers.host ?? '')) {
      response.writeHead(308, { location: `https://${headers.host}${url}`, 'content-length': '0' }).end();
    } else {
      const error = new ConnectError('this port is called with https only', Code.FailedPrecondition);
      void refuse(request, response, 403, error);
    }
  };
  const { headersMs, headerBytes } = limits;
  const server = createServer(
    { headersTimeout: headersMs, requestTimeout: headersMs, maxHeaderSize: headerBytes },
    listener,
  );
  server.on('clientError', answerUnreadable);
  server.emit('listening');
  return (socket) => void server.emit('connection', socket);
}
