import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace-base';

/** Names come from contracts and code, so they are few. */
const MOST_NAMES = 2_000;

/**
 * Records so many traces of each name a second at most, those that come first: a quiet mesh is seen whole, a rare call is seen beside many others, and a busy mesh does
 * not pay for what nobody can look at. For beginnings of traces only: whether a trace goes on being recorded is decided where it began.
 */
export function limitedSampler(perSecond: number, now: () => number = () => performance.now()): Sampler {
  const most = Math.max(perSecond, 1);
  const buckets = new Map<string, { left: number; time: number }>();

  function take(name: string): boolean {
    const time = now();
    const bucket = buckets.get(name) ?? { left: most, time };
    if (!buckets.has(name)) {
      if (buckets.size >= MOST_NAMES) return false;
      buckets.set(name, bucket);
    }
    bucket.left = Math.min(most, bucket.left + ((time - bucket.time) / 1000) * perSecond);
    bucket.time = time;
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }

  return {
    shouldSample: (_context, _traceId, name) => ({
      decision: take(name) ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    }),
    toString: () => `LimitedSampler{${perSecond}/s}`,
  };
}
