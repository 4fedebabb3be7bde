import { collectDefaultMetrics, Registry } from 'prom-client';

/** Every metric of this process; `/metrics` shows them in Prometheus' text format. */
export const registry = new Registry();

/** Adds the process's own figures (CPU, memory, event loop) and the labels that all its metrics carry. */
export function describeProcess(service: string, version: string): void {
  registry.setDefaultLabels({ service, version });
  collectDefaultMetrics({ register: registry });
}
