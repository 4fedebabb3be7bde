/** How much one caller may ask for; 0 leaves a part without limit. */
export interface Limit {
  /** Calls a second that it may go on with for ever. */
  readonly perSecond: number;
  /** Calls that it may make at once, when it has made none for a while. */
  readonly burst: number;
  /** Calls in an hour of the clock. */
  readonly perHour: number;
}

/** The limits of callers who are known and of those who are not. */
export interface Limits {
  readonly signedIn: Limit;
  readonly anonymous: Limit;
}

/** What the gateway reads of them from its environment. */
export interface LimitConfig {
  RATE_ANONYMOUS: number;
  BURST_ANONYMOUS: number;
  QUOTA_ANONYMOUS: number;
  RATE_SIGNED_IN: number;
  BURST_SIGNED_IN: number;
  QUOTA_SIGNED_IN: number;
}

export function limitsOf(config: LimitConfig): Limits {
  return {
    anonymous: { perSecond: config.RATE_ANONYMOUS, burst: config.BURST_ANONYMOUS, perHour: config.QUOTA_ANONYMOUS },
    signedIn: { perSecond: config.RATE_SIGNED_IN, burst: config.BURST_SIGNED_IN, perHour: config.QUOTA_SIGNED_IN },
  };
}
