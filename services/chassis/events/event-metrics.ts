/** What a dashboard and an alert see of events. */
import { Counter, Gauge, Histogram, type Metric } from 'prom-client';
import { registry } from '../metrics.ts';

/** Shown only by a process that has events, see `showEventMetrics`. */
const registers: [] = [];

export const handled = new Counter({
  name: 'tradewind_events_handled_total',
  help: 'Events that a consumer is done with, by how: handled, skipped or dead.',
  labelNames: ['consumer', 'outcome'] as const,
  registers,
});

export const handlingFailures = new Counter({
  name: 'tradewind_event_handling_failures_total',
  help: 'Tries of a handler that threw.',
  labelNames: ['consumer'] as const,
  registers,
});

export const eventAge = new Histogram({
  name: 'tradewind_event_age_seconds',
  help: 'Time from the fact to the end of its handling.',
  labelNames: ['consumer'] as const,
  buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300],
  registers,
});

export const published = new Counter({
  name: 'tradewind_outbox_published_total',
  help: 'Events that the broker took.',
  registers,
});

export const outboxRows = new Gauge({
  name: 'tradewind_outbox_lag_rows',
  help: 'Events that wait to be published.',
  registers,
});

export const outboxAge = new Gauge({
  name: 'tradewind_outbox_lag_seconds',
  help: 'Age of the oldest event that waits to be published.',
  registers,
});

export const outboxDead = new Counter({
  name: 'tradewind_outbox_dead_total',
  help: 'Events that the broker refused for good.',
  registers,
});

/** Adds these metrics to those of the process. */
export function showEventMetrics(): void {
  const all = [handled, handlingFailures, eventAge, published, outboxRows, outboxAge, outboxDead];
  for (const metric of all) registry.registerMetric(metric as Metric);
}
