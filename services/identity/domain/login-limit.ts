/** How often signing in may be tried within a window, for one account and from one network address. */
export interface LoginLimit {
  readonly perAccount: number;
  readonly perAddress: number;
  readonly windowSeconds: number;
  /** How long an address that has used up its tries gets no more. */
  readonly blockSeconds: number;
}

/** What was counted in the running window, the present try included. */
export interface Attempts {
  readonly scope: 'account' | 'address';
  readonly count: number;
  /** When tries begin to count from nothing again. */
  readonly windowEnds: Date;
}

/** How long to wait before trying again, in whole seconds; 0 when the present try may go on. */
export function waitSeconds(attempts: readonly Attempts[], limit: LoginLimit, now: Date): number {
  const waits = attempts
    .filter(({ scope, count }) => count > (scope === 'account' ? limit.perAccount : limit.perAddress))
    .map(({ windowEnds }) => Math.ceil((windowEnds.getTime() - now.getTime()) / 1000));
  return Math.max(0, ...waits);
}
