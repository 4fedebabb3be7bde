import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { TlsCredentials } from './credentials.ts';
import type { MeshIdentity } from './mesh-identity.ts';

/** A client that has not come so far by then is cut off. */
const HANDSHAKE_MS = 10_000;

/**
 * Takes connections and hands each on when it can be read from: in the clear, or with an identity after a TLS handshake.
 *
 * Clients are asked for a certificate, and those let in who have none that holds: Node would end their connections without a word, and they would take that for
 * an outage. Their calls are refused with the reason instead.
 */
export function createListener(
  identity: MeshIdentity | undefined,
  protocols: string[],
  onConnection: (socket: Socket) => void,
): Server {
  if (identity === undefined) return createServer({ noDelay: true }, onConnection);
  const server = createTlsServer(
    {
      ...secureContext(identity.current()),
      noDelay: true,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: protocols,
      handshakeTimeout: HANDSHAKE_MS,
    },
    (socket) => {
      rememberCertificate(socket);
      onConnection(socket);
    },
  );
  server.on('tlsClientError', (error) => identity.report(`a client is not let in: ${error.message}`));
  const unwatch = identity.watch((credentials) => server.setSecureContext(secureContext(credentials)));
  return server.once('close', unwatch);
}

/** TLS 1.3 only: both sides are ours. */
function secureContext({ cert, key, ca }: TlsCredentials) {
  return { cert, key, ca, minVersion: 'TLSv1.3' as const };
}

/** Every call asks for the certificate of its connection, and Node takes it apart anew each time. */
function rememberCertificate(socket: TLSSocket): void {
  const certificate = socket.getPeerCertificate();
  Object.defineProperty(socket, 'getPeerCertificate', { value: () => certificate });
}
