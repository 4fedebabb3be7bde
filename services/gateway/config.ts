import { z } from 'zod';
import { baseConfig, wholeNumber } from '#chassis/config.ts';

const addresses = z.string().regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'It must be host:port[,host:port]');

/** What the gateway reads from its environment besides what every service does. */
export const gatewayConfig = {
  ...baseConfig,
  HTTP_PORT: wholeNumber(0, 65535).default(8080),
  UPSTREAM_IDENTITY: addresses,
  UPSTREAM_CATALOG: addresses,
  UPSTREAM_INVENTORY: addresses,
  UPSTREAM_ORDERS: addresses,
  UPSTREAM_PAYMENTS: addresses,
  UPSTREAM_SHIPPING: addresses,
  UPSTREAM_NOTIFICATIONS: addresses,
  /** Origins whose pages may call, separated by commas. Any by default: calls carry tokens, never cookies. */
  CORS_ORIGINS: z.string().default('*'),
  /** How many proxies stand before the gateway; with them, a client's address is read from `x-forwarded-for`. */
  TRUSTED_PROXIES: wholeNumber(0, 10).default(0),
  /** How long a page waits for a part it can do without, in milliseconds. */
  PAGE_PART_TIMEOUT_MS: wholeNumber(10, 10_000).default(800),
} as const;
