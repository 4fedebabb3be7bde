import type { ChannelCredentials } from '@grpc/grpc-js';

type Connector = ReturnType<ChannelCredentials['_createSecureConnector']>;
type Connected = Awaited<ReturnType<Connector['connect']>>;
type Socket = Parameters<Connector['connect']>[0];

/** Longer than a server takes that is busy, in milliseconds; gRPC itself allows 20 s for a whole connection. */
export const GREETING_MS = 10_000;

/**
 * Ends each new connection of a channel on which the server does not begin to speak in time: HTTP/2 begins with a word of its own. grpc-js waits for that word without
 * end, so a connection that was made while the network swallowed everything would leave its client without a server for good, long after all is well again.
 */
export function greeted(credentials: ChannelCredentials, withinMs: number): ChannelCredentials {
  const create = credentials._createSecureConnector.bind(credentials);
  credentials._createSecureConnector = (...args) => {
    const connector = create(...args);
    return {
      connect: (socket) => connected(connector, socket, withinMs),
      waitForReady: () => connector.waitForReady(),
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  };
  return credentials;
}

async function connected(connector: Connector, socket: Socket, withinMs: number): Promise<Connected> {
  // What came with the end of a TLS handshake is no greeting.
  let before = Number.POSITIVE_INFINITY;
  const timer = setTimeout(() => {
    if (socket.bytesRead <= before) socket.destroy(new Error('the server did not begin to speak'));
  }, withinMs).unref();
  socket.once('close', () => clearTimeout(timer));
  const secure = await connector.connect(socket);
  before = socket.bytesRead;
  return secure;
}
