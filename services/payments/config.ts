import { baseConfig, wholeNumber } from '#chassis/config.ts';

/** What payments reads from its environment. */
export const paymentsConfig = {
  ...baseConfig,
  /** How long the sandbox's slow card keeps its answer back. */
  SANDBOX_SLOW_MS: wholeNumber(0, 60_000).default(2000),
  /** How long a payment may stay without the provider's answer before the sweeper asks for it. */
  RECOVERY_AFTER_SECONDS: wholeNumber(1, 3600).default(60),
  /** The pause between two sweeps. */
  RECOVERY_INTERVAL_MS: wholeNumber(100, 600_000).default(5000),
} as const;
