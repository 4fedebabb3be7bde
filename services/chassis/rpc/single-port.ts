import { createServer as createHttpServer, type RequestListener, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { Socket } from 'node:net';
import { createListener } from '../tls/listener.ts';
import type { MeshIdentity } from '../tls/mesh-identity.ts';
import { listen } from './listen.ts';
import { RESETS } from './resets.ts';

/** The first bytes of a client that speaks HTTP/2 without having asked, RFC 9113 section 3.4. No HTTP/1 request can begin like this. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** Enough to tell: no HTTP/1 method begins with these letters. */
const ENOUGH = 4;
const SILENCE_MS = 10_000;
/** A connection made just before the end may still bring its request; one that stays silent for so long when we stop was made for later. */
const LAST_WORDS_MS = 500;
/**
 * Calls that one client may have open at once. Far above what one is expected to have: Node refuses a new call (ENHANCE_YOUR_CALM) while it still tidies up after
 * calls that the client already counts as ended.
 */
const STREAMS_PER_SESSION = 4_000;
/** In megabytes. Node's own 10 would refuse calls long before that many are open. */
const MEMORY_PER_SESSION = 64;

/** Answers a request of either protocol. */
export type AnyHandler = RequestListener & ((request: Http2ServerRequest, response: Http2ServerResponse) => void);

export interface SinglePort {
  /** Listens, and gives the port taken (0 asks for a free one). */
  listen(port: number, host: string): Promise<number>;
  /** Takes no new connection, lets what is running finish for at most `ms` milliseconds, then cuts what is left. */
  drain(ms: number): Promise<void>;
}

/**
 * Serves HTTP/1.1 and cleartext HTTP/2 on one port, so that browsers, curl and gRPC clients need a single address: looks at the first
 * bytes of a connection and hands it to the server that speaks its protocol. With an identity all of it is within TLS.
 */
export function createSinglePort(handler: AnyHandler, identity?: MeshIdentity): SinglePort {
  let draining = false;
  /** Those of HTTP/1, where each tells its client whether another request may follow. */
  const answers = new Set<ServerResponse>();
  const http1 = createHttpServer((request, response) => {
    answers.add(response);
    response.once('close', () => answers.delete(response));
    if (draining) response.setHeader('connection', 'close');
    handler(request, response);
  });
  // The server never listens by itself, and only when told that it does it watches its connections: slow requests, idle ones.
  http1.emit('listening');
  const http2 = createHttp2Server(
    { settings: { maxConcurrentStreams: STREAMS_PER_SESSION }, maxSessionMemory: MEMORY_PER_SESSION, ...RESETS },
    handler,
  );
  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => {
    if (draining) session.close();
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  const front = createListener(identity, ['h2', 'http/1.1'], (socket) => {
    socket.once('close', () => undecided.delete(socket));
    undecided.add(socket);
    route(socket, (isHttp2) => {
      undecided.delete(socket);
      (isHttp2 ? http2 : http1).emit('connection', socket);
    });
  });
  front.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    listen: (port, host) => listen(front, port, host),
    async drain(ms) {
      draining = true;
      const closed = new Promise<void>((resolve) => front.close(() => resolve()));
      for (const session of sessions) session.close();
      for (const answer of answers) if (!answer.headersSent) answer.setHeader('connection', 'close');
      http1.closeIdleConnections();
      const silent = setTimeout(
        () => {
          for (const socket of undecided) socket.destroy();
        },
        Math.min(ms, LAST_WORDS_MS),
      );
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, ms);
      await closed;
      http1.close();
      clearTimeout(silent);
      clearTimeout(cut);
    },
  };
}

/** Waits for enough bytes to tell the protocol, puts them back, and says which it is. A client that stays silent is cut off. */
function route(socket: Socket, decide: (isHttp2: boolean) => void): void {
  const giveUp = () => socket.destroy();
  socket.on('error', giveUp);
  socket.setTimeout(SILENCE_MS, giveUp);
  let seen: Buffer = Buffer.alloc(0);
  const peek = () => {
    const bytes: Buffer | null = socket.read();
    if (bytes !== null) seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
    const known = Math.min(seen.length, PREFACE.length);
    const isHttp2 = seen.subarray(0, known).equals(PREFACE.subarray(0, known));
    if (isHttp2 && seen.length < ENOUGH) {
      socket.once('readable', peek);
      return;
    }
    socket.off('error', giveUp);
    socket.off('timeout', giveUp);
    socket.setTimeout(0);
    socket.unshift(seen);
    decide(isHttp2);
  };
  socket.once('readable', peek);
}
