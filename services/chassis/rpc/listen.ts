import type { AddressInfo, Server } from 'node:net';

/**
 * Has a server listen, and says which port it took (0 asks for a free one).
 *
 * With SHARE_PORTS=1, which a supervisor sets that hands a service's ports over, others of the same user may listen beside it (SO_REUSEPORT): the successor of a
 * process takes new connections before the process stops taking them. Not otherwise, because two services that were given one port by mistake must be told.
 */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, reusePort: process.env.SHARE_PORTS === '1' }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
