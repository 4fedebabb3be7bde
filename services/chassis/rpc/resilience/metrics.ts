import { Counter, Gauge } from 'prom-client';
import { registry } from '#chassis/metrics.ts';

/** What this process does to protect itself, and others, from a dependency that fails or is slow. */
export const breakerState = new Gauge({
  name: 'tradewind_breaker_state',
  help: 'The circuit breaker of a dependency: 0 closed, 1 half-open, 2 open.',
  labelNames: ['dependency'] as const,
  registers: [registry],
});

/** Calls that wait in one bulkhead. Counted by hand and shown when asked, because a busy client counts with every call. */
export interface Waiting {
  readonly dependency: string;
  readonly bulkhead: string;
  calls: number;
}

const waitings = new Map<string, Waiting>();

/** The one count of a bulkhead in this process. */
export function waitingOf(dependency: string, bulkhead: string): Waiting {
  const key = `${dependency} ${bulkhead}`;
  const waiting = waitings.get(key) ?? { dependency, bulkhead, calls: 0 };
  waitings.set(key, waiting);
  return waiting;
}

new Gauge({
  name: 'tradewind_bulkhead_waiting',
  help: 'Calls that wait for a place among those a dependency may have at a time.',
  labelNames: ['dependency', 'bulkhead'] as const,
  registers: [registry],
  collect() {
    for (const { dependency, bulkhead, calls } of waitings.values()) this.set({ dependency, bulkhead }, calls);
  },
});

export const bulkheadRefused = new Counter({
  name: 'tradewind_bulkhead_refused_total',
  help: 'Calls refused because too many waited already.',
  labelNames: ['dependency', 'bulkhead'] as const,
  registers: [registry],
});

export const hedges = new Counter({
  name: 'tradewind_hedges_total',
  help: 'Second calls sent because the first was slow, by whether the second answered first.',
  labelNames: ['rpc', 'outcome'] as const,
  registers: [registry],
});

export const staleAnswers = new Counter({
  name: 'tradewind_stale_answers_total',
  help: 'Earlier answers given in place of one that could not be had.',
  labelNames: ['rpc'] as const,
  registers: [registry],
});
