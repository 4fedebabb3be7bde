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
  /** How long a page waits for a part it can do without, in milliseconds. */
  PAGE_PART_TIMEOUT_MS: wholeNumber(10, 10_000).default(800),
} as const;
