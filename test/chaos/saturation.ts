/**
 * One service process is offered from half to four times what it can do, by callers that do not wait for each other, once with its database as what is scarce and
 * once with its processor.
 */
import { brokenPromises } from './saturation/kept-promises.ts';
import { type Outcome, saturate } from './saturation/saturate.ts';
import type { Work } from './saturation/work.ts';
import { type Section, tableOf } from './section.ts';

const SECONDS = 5;
const TIMES = [0.5, 0.9, 1.2, 2, 4];
/** The share of its peak in per cent that must still be answered at so many times the capacity. */
const LEAST: Readonly<Record<number, number>> = { 2: 90, 4: 80 };
const CRITICAL_P99_MS = 1_000;
/** So many times the capacity cannot be answered without turning something away. */
const SURELY_PAST = 2;

const scarce: Readonly<Record<string, Work & { capacity: number }>> = {
  'ten connections, 20 ms each': { computeMs: 0.1, places: 10, holdMs: 20, capacity: 450 },
  'a processor, 4 ms each': { computeMs: 4, places: 100, holdMs: 5, capacity: 220 },
};

const HEAD = [
  '× capacity',
  'offered/s',
  'answered/s',
  '% of peak',
  'critical p99 ms',
  'critical shed',
  'normal shed',
  'background shed',
  'with hint',
  'late',
  'memory MB',
];

const shown = (value: number) => (Number.isFinite(value) ? Math.round(value) : '–');

export async function overload(seconds = SECONDS): Promise<Section> {
  const lines = [
    `One service process is offered calls for ${seconds} s at each rate: a fifth critical, half normal, the rest background. Answered is what was answered within its deadline.`,
  ];
  const problems: string[] = [];
  for (const [what, { capacity, ...work }] of Object.entries(scarce)) {
    const rates = TIMES.map((times) => times * capacity);
    const outcomes = await saturate(work, rates, seconds);
    const peak = Math.max(...outcomes.map(({ goodput }) => goodput));
    const table = tableOf(
      HEAD,
      outcomes.map((outcome, index) => rowOf(outcome, TIMES[index] ?? 0, peak)),
    );
    lines.push('', `What is scarce: ${what}.`, '', ...table);
    problems.push(...outcomes.flatMap((outcome, index) => missed(outcome, TIMES[index] ?? 0, peak, what)));
  }
  return { title: 'Load past capacity', lines, problems };
}

function rowOf({ offered, goodput, rssMb, byPriority }: Outcome, times: number, peak: number): (string | number)[] {
  const all = Object.values(byPriority);
  const total = (of: 'refused' | 'hinted' | 'late') => all.reduce((sum, kind) => sum + kind[of], 0);
  const refused = total('refused');
  return [
    times,
    offered,
    shown(goodput),
    shown((goodput / peak) * 100),
    shown(byPriority.CRITICAL?.p99 ?? Number.NaN),
    ...['CRITICAL', 'NORMAL', 'BACKGROUND'].map((priority) => byPriority[priority]?.refused ?? 0),
    refused === 0 ? '–' : `${shown((total('hinted') / refused) * 100)} %`,
    total('late'),
    shown(rssMb),
  ];
}

function missed(outcome: Outcome, times: number, peak: number, what: string): string[] {
  const { goodput, byPriority } = outcome;
  const share = (goodput / peak) * 100;
  const p99 = byPriority.CRITICAL?.p99 ?? 0;
  const problems = [
    ...brokenPromises(outcome),
    ...(share < (LEAST[times] ?? 0) ? [`${share.toFixed(0)} % of the peak`] : []),
    ...(p99 > CRITICAL_P99_MS ? [`p99 of critical calls ${p99.toFixed(0)} ms`] : []),
    ...(times >= SURELY_PAST && byPriority.BACKGROUND?.refused === 0 ? ['no background call was shed'] : []),
  ];
  return problems.map((problem) => `${what}: ${problem} at ${times} × capacity`);
}
