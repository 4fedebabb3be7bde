/** `npm run chaos`: breaks a running mesh in every way there is and says what that did to it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { inParallel } from '../../cli/demo/in-parallel.ts';
import { wholeNumber } from '../../cli/whole-number.ts';
import { machine } from '../bench/machine.ts';
import { closeShops } from '../e2e/shop.fixture.ts';
import { type CampaignReport, runCampaign } from './campaign.ts';
import { closeAll } from './chaos-mesh.ts';
import { crashCases } from './crash-cases.ts';
import { type MatrixReport, runCrashMatrix } from './crash-matrix.ts';
import { faultCatalogue } from './fault-catalogue.ts';
import { openFaultyShop } from './faulty-shop.ts';
import { parts } from './parts.ts';
import { planOf, planText } from './plan.ts';
import { proveFault } from './prove-fault.ts';
import { readme } from './readme.ts';
import { type Section, sectionText } from './section.ts';

interface Options extends Record<string, unknown> {
  seed: number;
  orders: number;
  kills: number;
  campaigns: number;
  concurrency: number;
  sideBySide: number;
  matrix: boolean;
  faults: boolean;
  plan?: boolean;
  keep?: boolean;
  verbose?: boolean;
  readme?: boolean;
}

const page = new URL('README.md', import.meta.url);
const most = 1_000_000;
const command = new Command('chaos')
  .description('Kills, cuts and confuses a mesh under load, then compares its books.')
  .option('--seed <seed>', 'the first campaign’s; each further one has the next', wholeNumber(1, most), 1)
  .option('--orders <count>', 'orders of each campaign', wholeNumber(1, most), 500)
  .option('--kills <count>', 'kills of each campaign', wholeNumber(0, most), 30)
  .option('--campaigns <count>', 'how many', wholeNumber(0, most), 1)
  .option('--side-by-side <count>', 'campaigns that run at a time, each on a mesh of its own', wholeNumber(1, 50), 1)
  .option('--concurrency <count>', 'orders under way at a time', wholeNumber(1, 500), 100)
  .option('--no-matrix', 'leave the crash matrix out')
  .option('--no-faults', 'leave the catalogue of faults out')
  .option('--plan', 'print what the campaigns would do and do nothing')
  .option('--keep', 'keep databases, streams and logs of a campaign that found something')
  .option('--verbose', 'tell what happens meanwhile')
  .option('--readme', 'write the figures to test/chaos/README.md');
for (const { option, what } of parts) command.option(`--no-${option}`, `leave ${what} out`);
const options = command.parse().opts<Options>();

let cutShort: Promise<never> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    cutShort = Promise.all([closeAll(), closeShops()]).then(() => process.exit(130));
  });

const seeds = Array.from({ length: options.campaigns }, (_, index) => options.seed + index);
if (options.plan) for (const seed of seeds) console.log(planText(planOf({ ...options, seed })));
// What fails because the mesh under it is being stopped is no news.
else await run().catch((error: unknown) => cutShort ?? Promise.reject(error));
// Shoppers' connections to meshes that are gone would keep the process for a while.
process.exit();

async function run(): Promise<void> {
  const { verbose, keep = false } = options;
  const say = (line: string) => {
    if (verbose) console.log(`    ${line}`);
  };
  const matrix = options.matrix ? await runCrashMatrix(crashCases, say) : undefined;
  if (matrix) tellMatrix(matrix);
  const unproven = options.faults ? await proveFaults() : 0;
  const sections = await measureParts();
  const campaigns = await inParallel(seeds, options.sideBySide, async (seed) => {
    const report = await runCampaign({ ...options, seed, keep, say });
    tellCampaign(report);
    return report;
  });
  if (options.readme) {
    const report = { machine: machine(), matrix, sections, campaigns };
    writeFileSync(page, readme(report, readFileSync(page, 'utf8')));
  }
  const wrong = campaigns.some(({ violations, surprises }) => violations.length + surprises.length > 0);
  const missed = sections.some(({ problems }) => problems.length > 0);
  if (wrong || missed || unproven > 0 || (matrix?.problems.length ?? 0) > 0) process.exitCode = 1;
}

/** Walks the catalogue of faults, what is too slow for `npm test` included; answers how many do not show as it says. */
async function proveFaults(): Promise<number> {
  const shop = await openFaultyShop();
  let unproven = 0;
  try {
    for (const fault of faultCatalogue) {
      const problem = await proveFault(shop, fault).catch((error: unknown) => error);
      if (problem) unproven++;
      console.log(`${problem ? '✗' : '✔'} ${fault.name}${problem ? `: ${problem}` : ''}`);
    }
  } finally {
    await shop.close();
  }
  console.log(`catalogue of faults: ${faultCatalogue.length - unproven} of ${faultCatalogue.length} show as they must`);
  return unproven;
}

async function measureParts(): Promise<Section[]> {
  const sections: Section[] = [];
  for (const { option, measure } of parts) {
    if (options[option] === false) continue;
    const section = await measure();
    sections.push(section);
    console.log(sectionText(section).join('\n'));
  }
  return sections;
}

function tellMatrix({ cases, crashes, seconds, invariants, problems }: MatrixReport): void {
  console.log(
    `crash matrix: died at ${crashes} of ${cases} points in ${seconds.toFixed(0)} s; ${invariants} invariants, ${problems.length} problems`,
  );
  for (const problem of problems) console.log(`  ✗ ${problem}`);
}

function tellCampaign(report: CampaignReport): void {
  const { invariants, checked, violations, surprises, tooLate, seconds, quietAfterSeconds, retries } = report;
  console.log(
    `seed ${report.seed}: ${report.orders} orders, ${report.kills} kills in ${seconds.toFixed(0)} s, quiet after ${quietAfterSeconds.toFixed(0)} s more, ` +
      `${retries} calls repeated; ${invariants} invariants, ${checked} things compared, ${violations.length} violations, ${surprises.length} surprises, ${tooLate} wishes too late`,
  );
  for (const line of [...violations, ...surprises]) console.log(`  ✗ ${line}`);
  if (report.directory) console.log(`  kept in ${report.directory}`);
}
