/** The parts of the chaos run that measure how much of something there is, by the option that leaves each out. */
import { paymentsAway, slowPayments } from './payment-trouble.ts';
import { rollingRestart } from './rolling-restart.ts';
import { overload } from './saturation.ts';
import { type Section, tableOf } from './section.ts';
import { stopAmidSagas } from './stop-amid-sagas.ts';

export interface Part {
  option: string;
  what: string;
  measure(): Promise<Section>;
}

const SAGAS = 1_000;

export const parts: readonly Part[] = [
  { option: 'saturation', what: 'load past capacity', measure: () => overload() },
  { option: 'stop', what: 'the full stop amid checkouts', measure: () => stopped(SAGAS) },
  { option: 'restart', what: 'the rolling restart', measure: rollingRestart },
  { option: 'delay', what: 'payments that are slow', measure: () => slowPayments() },
  { option: 'outage', what: 'payments that are away', measure: () => paymentsAway() },
];

async function stopped(count: number): Promise<Section> {
  const { orders, underWay, stopSeconds, finishSeconds, surprises, violations } = await stopAmidSagas(count);
  const head = ['orders', 'under way at the stop', 'ended as they must', 'violations', 's to stop', 's to finish'];
  const ended = orders - surprises.length;
  const row = [orders, underWay, ended, violations.length, stopSeconds.toFixed(1), finishSeconds.toFixed(1)];
  return {
    title: 'Full stop amid checkouts',
    lines: [
      'The whole mesh is stopped while checkouts run, and started again on its data. A third of the payments takes two seconds, a third is declined. The time to finish counts from when all services were ready again.',
      '',
      ...tableOf(head, [row]),
    ],
    problems: [...surprises, ...violations],
  };
}
