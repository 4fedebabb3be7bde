/** What a dashboard and an alert see of sagas. */
import { Counter, Gauge, type Metric } from 'prom-client';
import { registry } from '#chassis/metrics.ts';
import type { SagaCount } from './postgres-store.ts';

/** Shown only by a process that runs sagas, see `showSagaMetrics`. */
const registers: [] = [];

const finished = new Counter({
  name: 'tradewind_saga_ended_total',
  help: 'Sagas that ended or were parked, by how.',
  labelNames: ['saga', 'outcome'] as const,
  registers,
});

const retried = new Counter({
  name: 'tradewind_saga_step_failures_total',
  help: 'Tries of a step that failed.',
  labelNames: ['saga', 'step'] as const,
  registers,
});

const open = new Gauge({
  name: 'tradewind_saga_open',
  help: 'Sagas that did not end yet.',
  labelNames: ['saga', 'status'] as const,
  registers,
});

const oldest = new Gauge({
  name: 'tradewind_saga_oldest_seconds',
  help: 'Age of the oldest saga that did not end yet.',
  labelNames: ['saga', 'status'] as const,
  registers,
});

const overBudget = new Gauge({
  name: 'tradewind_saga_over_budget',
  help: '1 while the oldest saga of a kind is older than its budget.',
  labelNames: ['saga'] as const,
  registers,
});

/** Adds these metrics to those of the process. */
export function showSagaMetrics(): void {
  for (const metric of [finished, retried, open, oldest, overBudget]) registry.registerMetric(metric as Metric);
}

export function countEnd(saga: string, outcome: string): void {
  finished.inc({ saga, outcome });
}

export function countFailure(saga: string, step: string): void {
  retried.inc({ saga, step });
}

export function showOpen(counts: SagaCount[], late: ReadonlySet<string>, sagas: Iterable<string>): void {
  open.reset();
  oldest.reset();
  for (const { kind, status, count, oldestSeconds } of counts) {
    open.set({ saga: kind, status }, count);
    oldest.set({ saga: kind, status }, oldestSeconds);
  }
  for (const saga of sagas) overBudget.set({ saga }, late.has(saga) ? 1 : 0);
}
