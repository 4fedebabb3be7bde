import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { TlsCredentials } from './credentials.ts';
import type { MeshIdentity } from './mesh-identity.ts';

export interface TlsListening {
  identity: MeshIdentity;
  /** Whether whoever has no certificate of ours is refused before anything is said. Otherwise it is for those who answer to ask who came. */
  demandCertificate: boolean;
}

/** A client that has not come so far by then is cut off. */
const HANDSHAKE_MS = 10_000;

/** Takes connections and hands each on when it can be read from: in the clear, or after a TLS handshake in which both sides may show who they are. */
export function createListener(tls: TlsListening | undefined, onConnection: (socket: Socket) => void): Server {
  if (tls === undefined) return createServer({ noDelay: true }, onConnection);
  const { identity, demandCertificate } = tls;
  const server = createTlsServer(
    {
      ...secureContext(identity.current()),
      noDelay: true,
      requestCert: true,
      rejectUnauthorized: demandCertificate,
      ALPNProtocols: demandCertificate ? ['h2'] : ['h2', 'http/1.1'],
      handshakeTimeout: HANDSHAKE_MS,
    },
    (socket) => {
      rememberCertificate(socket);
      onConnection(socket);
    },
  );
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
