/** What orders reads from its environment, beside what every service does. */
import { z } from 'zod';
import { baseConfig, wholeNumber } from '#chassis/config.ts';

/** `host:port[,host:port]`. */
const upstream = z.string().regex(/^[^,\s]+:\d+(,[^,\s]+:\d+)*$/, 'It must be host:port[,host:port]');

export const ordersConfig = {
  ...baseConfig,
  UPSTREAM_CATALOG: upstream,
  UPSTREAM_INVENTORY: upstream,
  UPSTREAM_PAYMENTS: upstream,
  UPSTREAM_SHIPPING: upstream,
  /** How long an unreachable payment provider is left alone. */
  PAYMENT_RETRY_SECONDS: wholeNumber(1, 3600).default(300),
  /** How long a backorder waits for stock when no news of it arrives. */
  BACKORDER_RETRY_SECONDS: wholeNumber(1, 86_400).default(600),
  /** A checkout older than this raises an alert. */
  CHECKOUT_BUDGET_SECONDS: wholeNumber(10, 2_592_000).default(3600),
};
