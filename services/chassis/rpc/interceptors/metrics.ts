import { Code, ConnectError } from '@connectrpc/connect';
import { Gauge, Histogram } from 'prom-client';
import { registry } from '../../metrics.ts';
import { codeName } from '../code-name.ts';
import type { Interceptor } from '../interceptor.ts';
import { observe } from '../observe.ts';

const duration = new Histogram({
  name: 'tradewind_rpc_server_duration_seconds',
  help: 'Time to answer a call, by RPC and status code.',
  labelNames: ['rpc', 'code'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
});

const inFlight = new Gauge({
  name: 'tradewind_rpc_server_in_flight',
  help: 'Calls being answered, by RPC.',
  labelNames: ['rpc'],
  registers: [registry],
});

/** Counts and times each call. Its labels come from the contract, so their number is bounded. */
export const metrics: Interceptor = (rpc) => {
  const running = inFlight.labels(rpc.name);
  const ok = duration.labels(rpc.name, 'OK');
  return (next) => (call, request) => {
    const begin = performance.now();
    running.inc();
    return observe(
      () => next(call, request),
      (failure) => {
        running.dec();
        const seconds = (performance.now() - begin) / 1000;
        if (failure === undefined) ok.observe(seconds);
        else duration.labels(rpc.name, codeOf(failure)).observe(seconds);
        return failure;
      },
    );
  };
};

/** The status code a failure is answered with, as in `NOT_FOUND`. */
export function codeOf(failure: unknown): string {
  return codeName(failure instanceof ConnectError ? failure.code : Code.Internal);
}
