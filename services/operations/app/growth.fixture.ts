/** What an instance tells in a round, with only the figures a test is about. */
import type { InstanceAnswer } from '#chassis/introspection/answer.ts';
import { MADE, SERVED, UNREACHED } from './growth.ts';

interface Told {
  served?: readonly Ended[];
  made?: readonly Ended[];
  unreached?: Record<string, number>;
}

/** So many calls of an RPC that ended so, all of them at most so long, in milliseconds. */
type Ended = readonly [rpc: string, code: string, count: number, ms: number];

const BOUNDS = [0.01, 0.1, 1, 10];

export function instanceTold(service: string, { served = [], made = [], unreached = {} }: Told): InstanceAnswer {
  return {
    ...{ service, version: '1', instance: `${service}/1`, uptimeSeconds: 100, ready: true, phase: 'serving' },
    dependencies: [],
    values: { [UNREACHED]: Object.entries(unreached).map(([rpc, value]) => ({ labels: { rpc }, value })) },
    spreads: { [SERVED]: spreadOf(served), [MADE]: spreadOf(made) },
  };
}

function spreadOf(calls: readonly Ended[]) {
  return {
    bounds: BOUNDS,
    series: calls.map(([rpc, code, count, ms]) => ({
      labels: { rpc, code },
      counts: [...BOUNDS.map((bound) => (ms <= bound * 1000 ? count : 0)), count],
      sum: (count * ms) / 1000,
    })),
  };
}
