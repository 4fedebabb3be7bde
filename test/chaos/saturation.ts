/**
 * `node test/chaos/saturation.ts [--seconds 5]`: one service process is offered from half to four times what it can do, by callers that do not wait for each
 * other, once with its database as what is scarce and once with its processor.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { type Outcome, saturate } from './saturation/saturate.ts';
import type { Work } from './saturation/work.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } });
const seconds = Number(values.seconds);
const TIMES = [0.5, 0.9, 1.2, 2, 4];

const scarce: Record<string, Work & { capacity: number }> = {
  'ten connections, 20 ms each': { computeMs: 0.1, places: 10, holdMs: 20, capacity: 450 },
  'a processor, 4 ms each': { computeMs: 4, places: 100, holdMs: 5, capacity: 220 },
};

const shown = (value: number) => (Number.isFinite(value) ? Math.round(value) : '—');

function print(what: string, outcomes: Outcome[]): void {
  const peak = Math.max(...outcomes.map(({ goodput }) => goodput));
  const table = new Table({
    head: [
      '× capacity',
      'offered/s',
      'answered/s',
      '% of peak',
      'critical p99 ms',
      'refused: critical',
      'normal',
      'background',
      'with hint',
      'late',
      'MB',
    ],
  });
  for (const [index, { offered, goodput, rssMb, byPriority }] of outcomes.entries()) {
    const of = (priority: string) => byPriority[priority];
    const all = Object.values(byPriority);
    const refused = all.reduce((sum, kind) => sum + kind.refused, 0);
    table.push([
      TIMES[index],
      offered,
      shown(goodput),
      shown((goodput / peak) * 100),
      shown(of('CRITICAL')?.p99 ?? Number.NaN),
      of('CRITICAL')?.refused,
      of('NORMAL')?.refused,
      of('BACKGROUND')?.refused,
      refused === 0 ? '—' : `${shown((all.reduce((sum, kind) => sum + kind.hinted, 0) / refused) * 100)} %`,
      all.reduce((sum, kind) => sum + kind.late, 0),
      shown(rssMb),
    ]);
  }
  process.stdout.write(`\nWhat is scarce: ${what}\n${table.toString()}\n`);
}

for (const [what, { capacity, ...work }] of Object.entries(scarce)) {
  print(
    what,
    await saturate(
      work,
      TIMES.map((times) => times * capacity),
      seconds,
    ),
  );
}
