/** Writes what a run found, for those who want to know before they trust it. */
import type { Machine } from '../bench/machine.ts';
import type { CampaignReport } from './campaign.ts';
import type { MatrixReport } from './crash-matrix.ts';
import { type Section, sectionText, tableOf } from './section.ts';

export interface ChaosReport {
  machine: Machine;
  matrix: MatrixReport | undefined;
  /** Of the parts that were run. */
  sections: readonly Section[];
  campaigns: readonly CampaignReport[];
}

const HEAD = [
  '# Chaos',
  '',
  'Breaks a whole mesh, as `npm start` runs it, while shoppers buy, and compares the books of all services afterwards (`tradewind verify`).',
  'This page is written by `npm run chaos -- --readme`; do not edit it. Each section says when and where it was measured.',
];
const LAST = 'How it works';

/** The page after a run: its sections in place of earlier ones of the same title; what it left out stays as it was. */
export function readme(report: ChaosReport, earlier: string): string {
  const { machine, matrix, sections, campaigns } = report;
  const where = `_${machine.date} · ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB · Node ${machine.node}_`;
  const page = sectionsOf(earlier);
  const measured = [
    ...(matrix ? [matrixSection(matrix)] : []),
    ...sections,
    ...(campaigns.length > 0 ? [faultsSection(campaigns), campaignsSection(campaigns)] : []),
  ];
  for (const section of measured) {
    const [, , , ...body] = sectionText(section);
    page.set(section.title, [...body, '', where].join('\n'));
  }
  page.delete(LAST);
  page.set(LAST, HOW);
  return `${[HEAD.join('\n'), ...[...page].map(([title, body]) => `## ${title}\n\n${body}`)].join('\n\n')}\n`;
}

/** The sections of a page, by title, in their order. */
function sectionsOf(page: string): Map<string, string> {
  const [, ...sections] = page.split(/^## /m);
  return new Map(
    sections.map((section) => {
      const [title = '', ...body] = section.split('\n');
      return [title, body.join('\n').trim()];
    }),
  );
}

function matrixSection({ cases, crashes, seconds, invariants, problems }: MatrixReport): Section {
  return {
    title: 'Crash matrix',
    lines: [
      `A process is killed (SIGKILL) at ${cases} points: each step and compensation of the checkout and each step of the cancellation before its effect, between effect and record, and after the record; relays between publication and mark; consumers between effect and acknowledgement; participants between effect and answer.`,
      `It died at ${crashes} of ${cases}, in ${seconds.toFixed(0)} s; then ${invariants} invariants were looked at. ${problems.length === 0 ? 'Every order ended as it must and every invariant held.' : ''}`,
    ],
    problems,
  };
}

function faultsSection(campaigns: readonly CampaignReport[]): Section {
  const faults = new Map<string, number>();
  for (const { inflicted, plan } of campaigns) {
    for (const [what, times] of Object.entries(inflicted)) faults.set(what, (faults.get(what) ?? 0) + times);
    const skewed = Object.keys(plan.skews).length;
    faults.set('wrong clocks', (faults.get('wrong clocks') ?? 0) + skewed);
  }
  const rows = [...faults].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([what, times]) => [what, count(times)]);
  return { title: 'Faults survived', lines: tableOf(['fault', 'times'], rows), problems: [] };
}

/** A surprise is an order that ended otherwise than its shopper's doings demand; no invariant need be broken by it. */
function campaignsSection(campaigns: readonly CampaignReport[]): Section {
  const rows = campaigns.map((each) => [
    String(each.seed),
    ...[each.orders, each.kills].map(count),
    each.seconds.toFixed(0),
    `${each.quietAfterSeconds.toFixed(0)} s`,
    ...[each.retries, each.checked, each.violations.length, each.surprises.length, each.tooLate].map(count),
  ]);
  const total = (of: (campaign: CampaignReport) => number) =>
    count(campaigns.reduce((sum, campaign) => sum + of(campaign), 0));
  const all = [
    `all ${campaigns.length}`,
    ...[total((each) => each.orders), total((each) => each.kills), '', ''],
    ...[total((each) => each.retries), total((each) => each.checked)],
    ...[total((each) => each.violations.length), total((each) => each.surprises.length), total((each) => each.tooLate)],
  ];
  const head = ['seed', 'orders', 'kills', 'seconds', 'quiet after', 'calls repeated', 'things compared'];
  return {
    title: 'Campaigns',
    lines: tableOf([...head, 'violations', 'surprises', 'too late'], [...rows, all]),
    problems: campaigns.flatMap(({ seed, violations }) => violations.map((violation) => `seed ${seed}: ${violation}`)),
  };
}

const HOW = `- \`npm run chaos\` runs the crash matrix, the catalogue of faults, what is measured above, and one campaign; \`npm run chaos -- --seed 7 --orders 500 --kills 30 --campaigns 20\` runs more campaigns. What is left out with \`--no-…\` (\`--help\`) keeps the section it had. A seed is a plan, made before anything runs: \`--plan\` prints it. A short matrix and a short campaign are part of \`npm test\`.
- The orders are those of \`tradewind demo\`: bought, declined, out of stock, backordered, cancelled at any moment, sent twice, and with every quirk of the payment provider. Each must end as its shopper's doings demand.
- Kills are SIGKILL, to services, nats-server and PostgreSQL alike; the supervisor starts all of them again on their data.
- Every way between services, to NATS and to PostgreSQL leads through a proxy (\`tcp-proxy.ts\`) that resets connections, holds them back, or swallows what they carry.
- Events are sent to their stream once more under a message id that the broker does not know, the last ones and old ones out of order. The id begins as that of an operator's replay does, so \`verify\` does not count the copy as a second event; the original must still be there once, and no consumer may act on it twice.
- The clocks of two services are wrong by up to 15 s: every date their processes make (\`skewed-clock.ts\`).
- How a process dies at an exact point: \`services/chassis/faults/crash-points.ts\`, which does nothing unless a process is started with FAULTS_ALLOWED=1 and CRASH_FILE.`;

const count = (number: number) => number.toLocaleString('en');
