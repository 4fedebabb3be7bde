import { createServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { PortLimits } from './port-limits.ts';
import { countRefused } from './refused-requests.ts';
import { RESETS } from './resets.ts';

/** In megabytes. Node's own 10 would refuse calls long before as many are open as may be. */
const MEMORY_PER_SESSION = 64;
/** A call that was on its way when its client was told to open no more may still come, and a client may close its half by itself. */
const LAST_WORDS_MS = 500;

/** The part of a port that speaks HTTP/2. */
export interface Http2Connections {
  /** Takes over a connection whose first bytes are those of HTTP/2. */
  take(socket: Socket): void;
  /** Tells every client to open no more calls, and ends each connection with its last call. */
  drain(): void;
}

/**
 * Serves HTTP/2 on connections it is handed. One that has no call is ended: while serving after a while, when stopping at once. Node's own `close` then waits until
 * the client closes its half too, which a client may never do.
 */
export function http2Connections(
  handler: (request: Http2ServerRequest, response: Http2ServerResponse) => void,
  limits: PortLimits,
): Http2Connections {
  let draining = false;
  let coming: Socket | undefined;
  const drains = new Set<() => void>();
  const server = createServer(
    { settings: { maxConcurrentStreams: limits.streams }, maxSessionMemory: MEMORY_PER_SESSION, ...RESETS },
    handler,
  );
  server.on('sessionError', () => countRefused('session_broken'));
  server.on('session', (session) => {
    if (!coming) return;
    const drain = endWhenIdle(session, coming, () => (draining ? 0 : limits.idleMs));
    drains.add(drain);
    coming.once('close', () => drains.delete(drain));
    if (draining) drain();
  });
  return {
    take(socket) {
      coming = socket;
      // Node tells of the session before this returns.
      server.emit('connection', socket);
      coming = undefined;
    },
    drain() {
      draining = true;
      for (const drain of drains) drain();
    },
  };
}

/** Ends a connection when it has had no call for as long as `patience` says; the answer has it looked at again. */
function endWhenIdle(session: ServerHttp2Session, socket: Socket, patience: () => number): () => void {
  let calls = 0;
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    session.close();
    timer = setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
  };
  const look = () => {
    clearTimeout(timer);
    if (calls > 0) return;
    const ms = patience();
    if (ms === 0) end();
    else timer = setTimeout(end, ms).unref();
  };
  session.on('stream', (stream) => {
    calls += 1;
    clearTimeout(timer);
    stream.once('close', () => {
      calls -= 1;
      look();
    });
  });
  socket.once('close', () => clearTimeout(timer));
  look();
  return () => {
    session.close();
    look();
  };
}
