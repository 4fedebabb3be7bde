/** What a runner does beside running: looks for due sagas, renews leases, and says how many sagas wait and how long. */
import type { Logger } from '../log.ts';
import type { AnySaga } from './define.ts';
import type { SagaStore } from './postgres-store.ts';
import { showOpen } from './saga-metrics.ts';

const DEFAULT_BUDGET_MS = 600_000;
const COUNT_EVERY_MS = 15_000;

export interface Housekeeping {
  store: SagaStore;
  sagas: ReadonlyMap<string, AnySaga>;
  log: Logger;
  pollMs: number;
  leaseMs: number;
  sweep(): void;
  renewLeases(): Promise<void>;
}

/** Answers a function that ends it. */
export function startHousekeeping({
  store,
  sagas,
  log,
  pollMs,
  leaseMs,
  sweep,
  renewLeases,
}: Housekeeping): () => void {
  let late = new Set<string>();

  async function count(): Promise<void> {
    const counts = await store.counts();
    const overdue = counts.filter(({ kind, status, oldestSeconds }) => {
      const budget = sagas.get(kind)?.options.budgetMs ?? DEFAULT_BUDGET_MS;
      return status !== 'parked' && oldestSeconds * 1000 > budget;
    });
    for (const { kind, oldestSeconds } of overdue) {
      if (!late.has(kind))
        log.error({ kind, oldestSeconds, alert: 'saga_over_budget' }, 'a saga is older than its budget');
    }
    late = new Set(overdue.map(({ kind }) => kind));
    showOpen(counts, late, sagas.keys());
  }

  const guarded = (what: string, work: () => Promise<void>) => () => {
    work().catch((error: unknown) => log.warn({ err: error }, `saga ${what} failed`));
  };
  const timers = [
    setInterval(sweep, pollMs),
    setInterval(guarded('lease renewal', renewLeases), leaseMs / 3),
    setInterval(guarded('count', count), COUNT_EVERY_MS),
  ];
  for (const timer of timers) timer.unref();
  sweep();
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
