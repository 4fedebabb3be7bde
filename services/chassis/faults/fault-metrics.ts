import { Counter } from 'prom-client';
import { registry } from '../metrics.ts';

export const faultsInjected = new Counter({
  name: 'tradewind_faults_injected_total',
  help: 'Faults that calls were made to suffer on purpose, by kind: delay or abort.',
  labelNames: ['kind'] as const,
  registers: [registry],
});

export const faultsIgnored = new Counter({
  name: 'tradewind_faults_ignored_total',
  help: 'Calls that asked for a fault where none are allowed.',
  registers: [registry],
});
