import Table from 'cli-table3';
import pc from 'picocolors';
import type { DemoReport } from './demo.ts';
import type { ScenarioReport } from './tally.ts';

const MOST_SURPRISES = 20;

/** A report for people: a table of what happened and how long it took, and what was surprising. */
export function demoText(report: DemoReport): string {
  const table = new Table({
    head: ['scenario', 'orders', 'as expected', 'answer p50', 'answer p99', 'outcome p50', 'outcome p95'].map((text) =>
      pc.bold(text),
    ),
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: pc.isColorSupported ? ['gray'] : [], compact: true },
  });
  table.push(...[...report.scenarios, report.total].map(rowOf));
  const { orders, unplaced, shoppers, products, seconds, retries } = report;
  const surprises = [...report.surprises, ...report.tooLate];
  return [
    table.toString(),
    `${orders} orders by ${shoppers} shoppers over ${products} products in ${seconds.toFixed(1)} s, ${retries} ${retries === 1 ? 'call' : 'calls'} repeated`,
    'answer: PlaceOrder sent to answered. outcome: PlaceOrder sent to the state it ended in, seen by WatchOrder.',
    ...surprises.slice(0, MOST_SURPRISES).map((surprise) => `${pc.red('✗')} ${surprise}`),
    ...(surprises.length > MOST_SURPRISES ? [`  and ${surprises.length - MOST_SURPRISES} more`] : []),
    ...(unplaced > 0 ? [`${pc.red('✗')} The mesh does not answer any more: ${unplaced} orders were not placed`] : []),
    surprises.length === 0
      ? `${pc.green('✔')} Every order ended as it must`
      : `${pc.red('✗')} ${surprises.length} of ${orders} orders did not end as they must`,
  ].join('\n');
}

function rowOf({ name, orders, asExpected, ...times }: ScenarioReport): string[] {
  const { answerP50, answerP99, outcomeP50, outcomeP95 } = times;
  const share = `${asExpected}/${orders}`;
  return [
    name,
    String(orders),
    asExpected === orders ? pc.green(share) : pc.red(share),
    ...[answerP50, answerP99, outcomeP50, outcomeP95].map(timeText),
  ];
}

/** Milliseconds, in the unit and with the digits that people read. */
export function timeText(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
