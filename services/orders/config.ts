/** What orders reads from its environment, beside what every service does. */
import { baseConfig, wholeNumber } from '#chassis/config.ts';

export const ordersConfig = {
  ...baseConfig,
  /** How long an unreachable payment provider is left alone. */
  PAYMENT_RETRY_SECONDS: wholeNumber(1, 3600).default(300),
  /** How long a backorder waits for stock when no news of it arrives. */
  BACKORDER_RETRY_SECONDS: wholeNumber(1, 86_400).default(600),
  /** A checkout older than this raises an alert. */
  CHECKOUT_BUDGET_SECONDS: wholeNumber(10, 2_592_000).default(3600),
  /** Sagas that run at a time in one process. */
  SAGA_CONCURRENCY: wholeNumber(1, 1000).default(64),
};
