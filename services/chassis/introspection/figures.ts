/** Makes the metrics of this process short enough to be sent often: each name and bound once, and only what somebody reads. */
import { Histogram, type Registry } from 'prom-client';
import type { Figures, Spread } from './answer.ts';

/** Ours, and of the process its memory, its processor time and how late its event loop is. */
const TOLD = /^tradewind_|^process_(resident_memory_bytes|cpu_seconds_total)$|^nodejs_eventloop_lag_p99_seconds$/;

/** Labels that every metric of a process has, and its answer says once. */
const COMMON = new Set(['service', 'version']);

interface Sample {
  value: number;
  labels: Partial<Record<string, string | number>>;
  metricName?: string;
}

export async function figuresOf(registry: Registry): Promise<Figures> {
  const figures: Figures = { values: {}, spreads: {} };
  for (const { name } of registry.getMetricsAsArray()) {
    const metric = TOLD.test(name) ? registry.getSingleMetric(name) : undefined;
    if (metric === undefined) continue;
    const { values }: { values: Sample[] } = await metric.get();
    if (metric instanceof Histogram) figures.spreads[name] = spreadOf(values);
    else
      figures.values[name] = values
        .filter(({ value }) => Number.isFinite(value))
        .map(({ labels, value }) => ({ labels: ownLabels(labels), value }));
  }
  return figures;
}

/** A histogram comes as one sample for each bound of each set of labels, then their sum and count. */
function spreadOf(samples: readonly Sample[]): Spread {
  const bounds = new Set<number>();
  const series = new Map<string, Spread['series'][number]>();
  for (const { metricName = '', labels, value } of samples) {
    const own = ownLabels(labels);
    const key = JSON.stringify(own);
    const one = series.get(key) ?? { labels: own, counts: [], sum: 0 };
    series.set(key, one);
    if (metricName.endsWith('_sum')) one.sum = value;
    else if (metricName.endsWith('_bucket')) {
      if (typeof labels.le === 'number') bounds.add(labels.le);
      one.counts.push(value);
    }
  }
  return { bounds: [...bounds], series: [...series.values()] };
}

function ownLabels(labels: Sample['labels']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([name]) => name !== 'le' && !COMMON.has(name))
      .map(([name, value]) => [name, String(value)]),
  );
}
