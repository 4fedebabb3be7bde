import type { Verdict } from './ledger.ts';
import type { Limit } from './limit.ts';

const seconds = (ms: number): number => Math.ceil(ms / 1000);

/**
 * Tells a caller how it stands: `RateLimit` and `RateLimit-Policy` as in draft-ietf-httpapi-ratelimit-headers-11, with both limits; and the older three, which say
 * the one that is nearer its end.
 */
export function limitHeaders(limit: Limit, verdict: Verdict): [name: string, value: string][] {
  const { perSecond, burst, perHour } = limit;
  const policies: string[] = [];
  const states: string[] = [];
  const window = Math.ceil(burst / Math.max(perSecond, 1));
  if (perSecond > 0) {
    policies.push(`"burst";q=${burst};w=${window}`);
    states.push(`"burst";r=${verdict.tokens};t=${seconds(verdict.tokensResetMs)}`);
  }
  if (perHour > 0) {
    policies.push(`"hour";q=${perHour};w=3600`);
    states.push(`"hour";r=${verdict.left};t=${seconds(verdict.hourResetMs)}`);
  }
  if (policies.length === 0) return [];
  const byHour =
    perHour > 0 && (perSecond === 0 || verdict.left < verdict.tokens || verdict.refused === 'QUOTA_EXCEEDED');
  const headers: [string, string][] = [
    ['ratelimit-policy', policies.join(', ')],
    ['ratelimit', states.join(', ')],
    ['ratelimit-limit', String(byHour ? perHour : burst)],
    ['ratelimit-remaining', String(byHour ? verdict.left : verdict.tokens)],
    ['ratelimit-reset', String(seconds(byHour ? verdict.hourResetMs : verdict.tokensResetMs))],
  ];
  if (verdict.refused) headers.push(['retry-after', String(Math.max(1, seconds(verdict.retryAfterMs)))]);
  return headers;
}
