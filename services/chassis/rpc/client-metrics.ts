import type { Code } from '@connectrpc/connect';
import { Counter, Histogram } from 'prom-client';
import { registry } from '#chassis/metrics.ts';
import { codeName } from './code-name.ts';

/** What this process asks of others: how often, how long it took, how it ended. */
const duration = new Histogram({
  name: 'tradewind_rpc_client_duration_seconds',
  help: 'How long calls to other services took, retries included.',
  labelNames: ['rpc', 'code'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  registers: [registry],
});

const retries = new Counter({
  name: 'tradewind_rpc_client_retries_total',
  help: 'Calls repeated after a failure.',
  labelNames: ['rpc'] as const,
  registers: [registry],
});

const unreached = new Counter({
  name: 'tradewind_rpc_client_unreached_total',
  help: 'Calls that ended without an answer though there was time: nobody was there, the circuit was open, or the connection broke.',
  labelNames: ['rpc'] as const,
  registers: [registry],
});

/** Notes a finished call. `code` undefined means it succeeded; `startedAt` is a `performance.now()` reading. */
export function countCall(rpc: string, code: Code | undefined, startedAt: number): void {
  duration.observe({ rpc, code: code === undefined ? 'OK' : codeName(code) }, (performance.now() - startedAt) / 1000);
}

export function countRetry(rpc: string): void {
  retries.inc({ rpc });
}

/** Notes a call that the other side knows nothing of. */
export function countUnreached(rpc: string): void {
  unreached.inc({ rpc });
}
