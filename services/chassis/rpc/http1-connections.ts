import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ambiguity } from './ambiguous-request.ts';
import type { PortLimits } from './port-limits.ts';
import { answerUnreadable, endWith } from './unreadable-request.ts';

/** How often Node looks for requests that take too long. */
const LOOK_MS = 1_000;
/** Headers of a request. Node passes over those that are more than it counts, so that what a request says would depend on who reads it. */
const MOST_HEADERS = 128;
const TOO_MANY = `more than ${MOST_HEADERS} headers`;

/** The part of a port that speaks HTTP/1. */
export interface Http1Connections {
  take(socket: Socket): void;
  /** Ends idle connections at once and the others after their answer. */
  drain(): void;
  close(): void;
}

/** Serves HTTP/1 on connections it is handed, and tells whoever sends no request, or one that can be read in two ways, what is wrong with it. */
export function http1Connections(handler: RequestListener, limits: PortLimits): Http1Connections {
  let draining = false;
  /** Each tells its client whether another request may follow. */
  const answers = new Set<ServerResponse>();
  const listener: RequestListener = (request, response) => {
    if (request.rawHeaders.length > 2 * MOST_HEADERS)
      return endWith(request.socket, '431 Request Header Fields Too Large', 'headers_too_large', TOO_MANY);
    const wrong = ambiguity(request);
    if (wrong !== undefined) return endWith(request.socket, '400 Bad Request', 'ambiguous', wrong);
    answers.add(response);
    response.once('close', () => answers.delete(response));
    if (draining) response.setHeader('connection', 'close');
    handler(request, response);
  };
  const server = createServer(
    {
      headersTimeout: Math.min(limits.headersMs, limits.requestMs),
      requestTimeout: limits.requestMs,
      maxHeaderSize: limits.headerBytes,
      connectionsCheckingInterval: Math.min(LOOK_MS, limits.headersMs),
      noDelay: true,
    },
    listener,
  );
  // One more, so that it shows.
  server.maxHeadersCount = MOST_HEADERS + 1;
  server.on('clientError', answerUnreadable);
  server.on('checkExpectation', (request) =>
    endWith(request.socket, '417 Expectation Failed', 'malformed', 'the only expectation met is 100-continue'),
  );
  server.on('connect', (_, socket) =>
    endWith(socket, '405 Method Not Allowed', 'malformed', 'this is no proxy: CONNECT leads nowhere'),
  );
  // The server never listens by itself, and only when told that it does it watches its connections: slow requests, idle ones.
  server.emit('listening');
  return {
    take: (socket) => void server.emit('connection', socket),
    drain() {
      draining = true;
      for (const answer of answers) if (!answer.headersSent) answer.setHeader('connection', 'close');
      server.closeIdleConnections();
    },
    close: () => void server.close(),
  };
}
