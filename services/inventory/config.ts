import { baseConfig, wholeNumber } from '#chassis/config.ts';

/** What inventory reads from its environment. */
export const inventoryConfig = {
  ...baseConfig,
  /** How long stock is held for an order that is not confirmed. */
  RESERVATION_TTL_SECONDS: wholeNumber(1, 86_400).default(900),
  /** How often reservations that ended and stock that runs low are looked for. */
  SWEEP_INTERVAL_MS: wholeNumber(50, 60_000).default(1000),
} as const;
