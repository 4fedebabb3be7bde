import { baseConfig, wholeNumber } from '#chassis/config.ts';

/** What shipping reads from its environment. */
export const shippingConfig = {
  ...baseConfig,
  /** How long after it is made the sandbox carrier takes a parcel. */
  SHIPPING_DISPATCH_SECONDS: wholeNumber(0, 604_800).default(30),
  /** How long after that it arrives. */
  SHIPPING_DELIVERY_SECONDS: wholeNumber(0, 604_800).default(60),
  /** How often the carrier looks for parcels that are due. */
  SHIPPING_CARRIER_INTERVAL_MS: wholeNumber(50, 60_000).default(1000),
} as const;
