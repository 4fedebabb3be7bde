import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { EdgeCertificate } from './edge-certificate.ts';

/** The first byte of a TLS handshake (RFC 8446, section 5.1). No request of HTTP begins with it. */
const HANDSHAKE = 0x16;
/** A client that has not come so far by then is cut off. */
const HANDSHAKE_MS = 10_000;

/** Takes connections from the outside: those that begin with a TLS handshake are handed on after it, others to `onPlain` as they are. HTTP/2 or HTTP/1.1 is agreed on by ALPN. */
export function createEdgeListener(
  certificate: EdgeCertificate,
  onConnection: (socket: Socket) => void,
  onPlain: (socket: Socket) => void,
): Server {
  const tls = createTlsServer(
    {
      ...certificate.current(),
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: HANDSHAKE_MS,
      noDelay: true,
    },
    onConnection,
  );
  // Whoever cannot agree on TLS is told so by TLS itself.
  tls.on('tlsClientError', (_, socket) => socket.destroy());
  certificate.watch((renewed) => tls.setSecureContext({ ...renewed, minVersion: 'TLSv1.2' }));
  return createServer({ noDelay: true }, (socket) => {
    const giveUp = () => socket.destroy();
    socket.on('error', giveUp);
    socket.setTimeout(HANDSHAKE_MS, giveUp);
    socket.once('readable', () => {
      const first: Buffer | null = socket.read(1);
      if (first === null) return;
      socket.off('timeout', giveUp);
      socket.off('error', giveUp);
      socket.setTimeout(0);
      socket.unshift(first);
      if (first[0] === HANDSHAKE) tls.emit('connection', socket);
      else onPlain(socket);
    });
  });
}
