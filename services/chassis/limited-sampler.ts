import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace-base';

/**
 * Records so many traces a second at most, those that come first, and lets a burst of a second's worth through: a quiet mesh is seen whole, and a busy one does not pay
 * for what nobody can look at. For beginnings of traces only: whether a trace goes on being recorded is decided where it began.
 */
export function limitedSampler(perSecond: number, now: () => number = () => performance.now()): Sampler {
  let left = perSecond;
  let last = now();
  return {
    shouldSample() {
      const time = now();
      left = Math.min(perSecond, left + ((time - last) / 1000) * perSecond);
      last = time;
      if (left < 1) return { decision: SamplingDecision.NOT_RECORD };
      left -= 1;
      return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    },
    toString: () => `LimitedSampler{${perSecond}/s}`,
  };
}
