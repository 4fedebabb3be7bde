/** Holds what was measured against what was promised: SPEC's service levels, and the error budget that follows from them. */

export interface Measured {
  calls: number;
  errors: number;
  p95Ms: number;
}

export interface Promised {
  availabilityPercent: number;
  /** 0 promises nothing of time. */
  p95Ms: number;
}

/** What every RPC promises that says nothing else. */
export const USUAL: Promised = { availabilityPercent: 99.9, p95Ms: 500 };

/** Codes that say that the mesh failed; all others are answers. */
const FAULTS = new Set(['UNKNOWN', 'INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED', 'DATA_LOSS']);

export function isFault(code: string): boolean {
  return FAULTS.has(code);
}

/** Burn rate 1 uses up the budget exactly over the window: https://sre.google/workbook/alerting-on-slos/ */
export function kept({ calls, errors, p95Ms }: Measured, promised: Promised) {
  const failed = calls === 0 ? 0 : errors / calls;
  const allowed = 1 - promised.availabilityPercent / 100;
  const burnRate = failed === 0 ? 0 : failed / Math.max(allowed, Number.EPSILON);
  return {
    availabilityPercent: (1 - failed) * 100,
    burnRate,
    errorBudgetLeftPercent: (1 - burnRate) * 100,
    met: burnRate <= 1 && (promised.p95Ms === 0 || p95Ms <= promised.p95Ms),
  };
}

/** Below so many calls a handful of them would decide, so that nothing is said. */
export const FEWEST_CALLS = 100;

export function judged(calls: number, met: boolean): 'too few calls' | 'kept' | 'broken' {
  if (calls < FEWEST_CALLS) return 'too few calls';
  return met ? 'kept' : 'broken';
}
