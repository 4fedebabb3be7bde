import type { RequestListener } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import type { EdgeCertificate } from '../tls/edge-certificate.ts';
import { createEdgeListener } from '../tls/edge-listener.ts';
import { createListener } from '../tls/listener.ts';
import type { MeshIdentity } from '../tls/mesh-identity.ts';
import { connectionCount } from './connection-count.ts';
import { encryptedOnly } from './encrypted-only.ts';
import { http1Connections } from './http1-connections.ts';
import { http2Connections } from './http2-connections.ts';
import { listen } from './listen.ts';
import { INSIDE, type PortLimits } from './port-limits.ts';
import { countRefused } from './refused-requests.ts';

/** The first bytes of a client that speaks HTTP/2 without having asked, RFC 9113 section 3.4. No HTTP/1 request can begin like this. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** Enough to tell: no HTTP/1 method begins with these letters. */
const ENOUGH = 4;
const SILENCE_MS = 10_000;
/** A connection made just before the end may still bring its request; one that stays silent for so long when we stop was made for later. */
const LAST_WORDS_MS = 500;

/** Answers a request of either protocol. */
export type AnyHandler = RequestListener & ((request: Http2ServerRequest, response: Http2ServerResponse) => void);

export interface SinglePort {
  /** Listens, and gives the port taken (0 asks for a free one). */
  listen(port: number, host: string): Promise<number>;
  /** Takes no new connection, lets what is running finish for at most `ms` milliseconds, then cuts what is left. */
  drain(ms: number): Promise<void>;
}

export interface SinglePortOptions {
  /** With one, all of it is within mutual TLS. */
  identity?: MeshIdentity | undefined;
  /** With one, all of it is within TLS as browsers speak it. */
  certificate?: EdgeCertificate | undefined;
  /** Those of a port inside the mesh when unset. */
  limits?: PortLimits | undefined;
}

/**
 * Serves HTTP/1.1 and cleartext HTTP/2 on one port, so that browsers, curl and gRPC clients need a single address: looks at the first
 * bytes of a connection and hands it to the server that speaks its protocol.
 */
export function createSinglePort(handler: AnyHandler, options: SinglePortOptions = {}): SinglePort {
  const { identity, certificate, limits = INSIDE } = options;
  const http1 = http1Connections(handler, limits);
  const http2 = http2Connections(handler, limits);
  const hasRoom = connectionCount(limits);
  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const open = (socket: Socket) => {
    socket.once('close', () => undecided.delete(socket));
    undecided.add(socket);
    route(socket, (isHttp2) => {
      undecided.delete(socket);
      (isHttp2 ? http2 : http1).take(socket);
    });
  };
  const front = certificate
    ? createEdgeListener(certificate, open, encryptedOnly(limits))
    : createListener(identity, ['h2', 'http/1.1'], open);
  front.prependListener('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (hasRoom(socket)) return;
    countRefused('too_many_connections');
    socket.destroy();
  });
  return {
    listen: (port, host) => listen(front, port, host),
    async drain(ms) {
      const closed = new Promise<void>((resolve) => front.close(() => resolve()));
      http2.drain();
      http1.drain();
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
