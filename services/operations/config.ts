import { z } from 'zod';
import { baseConfig, wholeNumber } from '#chassis/config.ts';

const addresses = z.string().regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'It must be host:port[,host:port]');

/** What operations reads from its environment besides what every service does. */
export const operationsConfig = {
  ...baseConfig,
  UPSTREAM_ORDERS: addresses,
  UPSTREAM_NOTIFICATIONS: addresses,
  /** How many spans are kept; the oldest go first. */
  OPERATIONS_SPANS: wholeNumber(100, 1_000_000).default(10_000),
} as const;
