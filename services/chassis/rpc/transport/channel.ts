import { isIPv4, isIPv6 } from 'node:net';
import { Client, credentials } from '@grpc/grpc-js';

const OPTIONS = {
  // A dependency that restarts is found again within about a second, instead of grpc's default of up to two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  // The service config above is ours; a TXT record must not replace it.
  'grpc.service_config_disable_resolution': 1,
};

/** Opens a channel that spreads calls over every address of a target and reconnects quickly. Connects with the first call. */
export function openChannel(target: string): Client {
  return new Client(channelTarget(target), credentials.createInsecure(), OPTIONS);
}

/**
 * Turns `host:port[,host:port]` into a name grpc-js resolves. Several addresses must be IP addresses of one family (or `localhost`);
 * a single name is resolved by DNS, and calls are spread over all the addresses it has.
 */
export function channelTarget(target: string): string {
  const addresses = target.split(',').map((address) => address.trim().replace(/^localhost:/, '127.0.0.1:'));
  const hosts = addresses.map(hostOf);
  if (hosts.every(isIPv4)) return `ipv4:${addresses.join(',')}`;
  if (hosts.every(isIPv6)) return `ipv6:${addresses.join(',')}`;
  const [only] = addresses;
  if (only === undefined || addresses.length > 1) {
    throw new TypeError(`target ${JSON.stringify(target)}: several addresses must be IP addresses of one family`);
  }
  return `dns:///${only}`;
}

function hostOf(address: string): string {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:\s]+)):(?<port>\d{1,5})$/.exec(address);
  const host = match?.groups?.v6 ?? match?.groups?.name;
  if (host === undefined) throw new TypeError(`target ${JSON.stringify(address)}: expected host:port[,host:port]`);
  return host;
}
