import { Counter, Gauge } from 'prom-client';
import { registry } from '../../metrics.ts';

export const concurrencyLimit = new Gauge({
  name: 'tradewind_concurrency_limit',
  help: 'Calls that this process answers at a time, as it has found out.',
  registers: [registry],
});

export const callsInFlight = new Gauge({
  name: 'tradewind_calls_in_flight',
  help: 'Calls that count against the concurrency limit.',
  registers: [registry],
});

export const callsWaiting = new Gauge({
  name: 'tradewind_calls_waiting',
  help: 'Calls that wait until the concurrency limit has room for them.',
  registers: [registry],
});

export const shedTotal = new Counter({
  name: 'tradewind_shed_total',
  help: 'Calls refused because there was too much to do, by the priority of their RPC.',
  labelNames: ['priority'],
  registers: [registry],
});
