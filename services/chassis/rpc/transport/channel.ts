import { isIPv4, isIPv6 } from 'node:net';
import { Client, credentials } from '@grpc/grpc-js';
import { channelCredentials, type SecureChannel } from '../../tls/channel-credentials.ts';
import { GREETING_MS, greeted } from './greeted.ts';

/** How often servers are judged, and how long one that fails stays out the first time. */
export interface Ejection {
  intervalMs: number;
  ejectionMs: number;
}

const EJECTION: Ejection = { intervalMs: 1_000, ejectionMs: 5_000 };

const OPTIONS = {
  // A dependency that restarts is found again within about a second, instead of grpc's default of up to two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // The service config is ours; a TXT record must not replace it.
  'grpc.service_config_disable_resolution': 1,
};

/** Opens a channel that spreads calls over every address of a target that is well, and reconnects quickly. Connects with the first call. */
export function openChannel(
  target: string,
  ejection = EJECTION,
  tls?: SecureChannel,
  greetingMs = GREETING_MS,
): Client {
  const own = tls ? channelCredentials(tls) : credentials.createInsecure();
  return new Client(channelTarget(target), greeted(own, greetingMs), {
    ...OPTIONS,
    // An address is no name that a TLS client may ask for.
    ...(tls && { 'grpc.ssl_target_name_override': tls.service }),
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ outlier_detection: outlierDetection(ejection) }] }),
  });
}

/**
 * Takes a server out that fails nearly every call, as long as there is another, and lets it back in after a while. grpc-js counts every
 * status but OK as a failure, refusals too: hence the high threshold, the short time, and never more than about half of the servers.
 */
function outlierDetection({ intervalMs, ejectionMs }: Ejection) {
  return {
    interval: duration(intervalMs),
    base_ejection_time: duration(ejectionMs),
    max_ejection_time: duration(6 * ejectionMs),
    max_ejection_percent: 50,
    failure_percentage_ejection: { threshold: 95, enforcement_percentage: 100, minimum_hosts: 2, request_volume: 5 },
    child_policy: [{ round_robin: {} }],
  };
}

function duration(ms: number) {
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 };
}

/** How many servers a target names. A name that DNS resolves counts as one, whatever it resolves to. */
export function addressCount(target: string): number {
  return target.split(',').length;
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
