import { INSIDE, type PortLimits } from '#chassis/rpc/port-limits.ts';

/** How much of the gateway's port one client may take. Behind proxies connections are theirs, and how many of them belong to one client nobody here can tell. */
export function outside(config: {
  MAX_CONNECTIONS: number;
  MAX_CONNECTIONS_PER_ADDRESS: number;
  TRUSTED_PROXIES: number;
}): PortLimits {
  return {
    ...INSIDE,
    streams: 1_000,
    connections: config.MAX_CONNECTIONS,
    connectionsPerAddress: config.TRUSTED_PROXIES > 0 ? 0 : config.MAX_CONNECTIONS_PER_ADDRESS,
  };
}
