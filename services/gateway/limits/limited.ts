import type { ConnectError } from '@connectrpc/connect';
import { Counter } from 'prom-client';
import { registry } from '#chassis/metrics.ts';
import type { Call } from '#chassis/rpc/call.ts';
import type { Interceptor } from '#chassis/rpc/interceptor.ts';
import { callerKey, isAnonymous } from './caller-key.ts';
import { comeBackLater } from './come-back-later.ts';
import { createLedger, type Ledger, type Verdict } from './ledger.ts';
import type { Limit, Limits } from './limit.ts';
import { limitHeaders } from './limit-headers.ts';

/** So many callers take 24 MB. */
const MOST_CALLERS = 50_000;

const refusedTotal = new Counter({
  name: 'tradewind_limits_refused_total',
  help: 'Calls refused because their caller had made too many, by the limit and whether the caller is signed in.',
  labelNames: ['reason', 'caller'],
  registers: [registry],
});

export function ledgerOf(limits: Limits): Ledger {
  return createLedger((caller) => limitFor(limits, caller), MOST_CALLERS);
}

function limitFor(limits: Limits, caller: string): Limit {
  return isAnonymous(caller) ? limits.anonymous : limits.signedIn;
}

/**
 * Holds every caller to its limit as soon as authentication says who it is. Who shows a credential that does not hold is counted by address, so that trying
 * many is no way around.
 */
export function limited(limits: Limits, ledger: Ledger): (authentication: Interceptor) => Interceptor {
  const counted = new WeakSet<Call>();
  const count = (call: Call) => {
    counted.add(call);
    const caller = callerKey(call);
    const limit = limitFor(limits, caller);
    if (limit.perSecond === 0 && limit.perHour === 0) return;
    const verdict = ledger.take(caller);
    for (const [name, value] of limitHeaders(limit, verdict)) call.responseHeaders.set(name, value);
    if (!verdict.refused) return;
    refusedTotal.inc({ reason: verdict.refused, caller: isAnonymous(caller) ? 'anonymous' : 'signed_in' });
    throw tooMany(verdict.refused, verdict.retryAfterMs, limit);
  };
  return (authentication) => (rpc) => (next) => {
    const known = authentication(rpc)((call, request) => {
      count(call);
      return next(call, request);
    });
    return async (call, request) => {
      try {
        return await known(call, request);
      } catch (failure) {
        if (!counted.has(call)) count(call);
        throw failure;
      }
    };
  };
}

function tooMany(reason: NonNullable<Verdict['refused']>, retryAfterMs: number, limit: Limit): ConnectError {
  const words =
    reason === 'RATE_LIMITED'
      ? `more than ${limit.perSecond} calls a second, or ${limit.burst} at once`
      : `more than ${limit.perHour} calls in this hour`;
  const metadata: Record<string, string> =
    reason === 'RATE_LIMITED'
      ? { per_second: String(limit.perSecond), burst: String(limit.burst) }
      : { per_hour: String(limit.perHour) };
  return comeBackLater(`you made ${words}`, reason, retryAfterMs, metadata);
}
