import { isIP } from 'node:net';
import { z } from 'zod';
import { baseConfig, wholeNumber } from '#chassis/config.ts';

const addresses = z.string().regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'It must be host:port[,host:port]');

const networks = z
  .string()
  .refine(
    (text) => text === '' || text.split(',').every(isNetwork),
    'It must be addresses or networks, as in 10.0.0.0/8,192.168.1.7',
  );

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && most > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

/** What the gateway reads from its environment besides what every service does. */
export const gatewayConfig = {
  ...baseConfig,
  HTTP_PORT: wholeNumber(0, 65535).default(8080),
  UPSTREAM_IDENTITY: addresses,
  /** Where identity's authorization server is; where its keys are, when unset. */
  UPSTREAM_IDENTITY_HTTP: addresses.optional(),
  UPSTREAM_CATALOG: addresses,
  UPSTREAM_INVENTORY: addresses,
  UPSTREAM_ORDERS: addresses,
  UPSTREAM_PAYMENTS: addresses,
  UPSTREAM_SHIPPING: addresses,
  UPSTREAM_NOTIFICATIONS: addresses,
  UPSTREAM_OPERATIONS: addresses,
  /** Origins whose pages may call, separated by commas. Any by default: calls carry tokens, never cookies. */
  CORS_ORIGINS: z.string().default('*'),
  /** How many proxies stand before the gateway; with them, a client's address is read from `x-forwarded-for`. */
  TRUSTED_PROXIES: wholeNumber(0, 10).default(0),
  /** From where, besides this machine, metrics and the state of each dependency may be read: addresses and networks as in `10.0.0.0/8,192.168.1.7`. */
  OPERATIONS_FROM: networks.default(''),
  /**
   * How often one caller may call: calls a second that it may go on with, calls at once, calls in an hour of the clock. Separately for callers who are signed in and
   * for addresses that nobody is known behind. 0 is without limit.
   */
  RATE_SIGNED_IN: wholeNumber(0, 1_000_000).default(10),
  BURST_SIGNED_IN: wholeNumber(1, 1_000_000).default(20),
  QUOTA_SIGNED_IN: wholeNumber(0, 1_000_000_000).default(1_000),
  RATE_ANONYMOUS: wholeNumber(0, 1_000_000).default(10),
  BURST_ANONYMOUS: wholeNumber(1, 1_000_000).default(20),
  QUOTA_ANONYMOUS: wholeNumber(0, 1_000_000_000).default(1_000),
  /** Connections at once, from everywhere and from one address; 0 is without limit. Behind proxies all come from few addresses. */
  MAX_CONNECTIONS: wholeNumber(0, 1_000_000).default(10_000),
  MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(0, 1_000_000).default(200),
  /** With both, files in PEM, the port speaks TLS. New files are taken up while it runs. */
  EDGE_TLS_CERT: z.string().optional(),
  EDGE_TLS_KEY: z.string().optional(),
  /** How many bytes of answers are kept for those who ask the same, as the contracts allow; 0 keeps none. */
  CACHE_BYTES: wholeNumber(0, 1_073_741_824).default(33_554_432),
  /** After how long without a message a stream is ended, in seconds. */
  STREAM_IDLE_SECONDS: wholeNumber(1, 86_400).default(900),
  /** How long a page waits for a part it can do without, in milliseconds. */
  PAGE_PART_TIMEOUT_MS: wholeNumber(10, 10_000).default(800),
} as const;
