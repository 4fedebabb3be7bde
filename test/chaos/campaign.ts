/** A shop full of customers while everything under it fails, and the books compared afterwards. */
import { runDemo } from '../../cli/demo/demo.ts';
import { patience } from '../../cli/demo/patience.ts';
import { waitUntilQuiet } from '../../cli/verify/quiet.ts';
import { type Finding, verifyMesh } from '../../cli/verify/verify.ts';
import { type ChaosMesh, startChaosMesh } from './chaos-mesh.ts';
import { type Inflicted, inflict } from './inflict.ts';
import { faultText, type Plan, planOf } from './plan.ts';

export interface CampaignOptions {
  seed: number;
  orders: number;
  kills: number;
  concurrency?: number;
  /** How many products are in stock; all that can be by default. */
  stocked?: number;
  say?(line: string): void;
  /** Keeps the folder of a mesh whose campaign found something. */
  keep?: boolean;
}

export interface CampaignReport {
  seed: number;
  plan: Plan;
  orders: number;
  kills: number;
  inflicted: Inflicted;
  /** From the first order to the last outcome, and then until nothing was under way. */
  seconds: number;
  quietAfterSeconds: number;
  /** Calls of shoppers that failed for a passing reason and were repeated. */
  retries: number;
  invariants: number;
  checked: number;
  violations: string[];
  /** Orders that did not end as their shopper's doings demand. */
  surprises: string[];
  /** Cancellations that came when the order was delivered already, because everything was slow. */
  tooLate: number;
  /** Where the mesh's folder is, when it was kept. */
  directory: string | undefined;
}

const CONCURRENCY = 100;
const QUIET_SECONDS = 180;
/** An open circuit stays so for a minute, and several may be open one after the other: shoppers who want to see the end bear more than those of a demo. */
const SHOPPERS = { longestMs: 400_000, stillMs: 300_000 };

export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { say = () => undefined } = options;
  const plan = planOf(options);
  const mesh = await startChaosMesh({ skews: plan.skews, say });
  let clean = false;
  try {
    const report = await play(mesh, plan, options);
    clean = report.violations.length === 0 && report.surprises.length === 0;
    return { ...report, directory: options.keep && !clean ? mesh.directory : undefined };
  } finally {
    await mesh.close({ keep: (options.keep ?? false) && !clean });
  }
}

async function play(mesh: ChaosMesh, plan: Plan, options: CampaignOptions): Promise<CampaignReport> {
  const { seed, orders, say = () => undefined } = options;
  const inflicted: Inflicted = {};
  const left = [...plan.faults];
  const underWay: Promise<void>[] = [];
  const uninflicted: string[] = [];
  let done = 0;
  const advance = () => {
    while (left[0] && left[0].after <= done) {
      const next = left.shift();
      if (next)
        underWay.push(
          inflict(mesh, next.fault, seed, inflicted).catch((error: Error) => {
            uninflicted.push(`${faultText(next.fault)} could not be inflicted: ${error.message}`);
          }),
        );
    }
  };
  const begin = performance.now();
  const demo = await runDemo({
    record: mesh.record,
    orders,
    seed,
    concurrency: options.concurrency ?? CONCURRENCY,
    stocked: options.stocked,
    say,
    patience: patience(SHOPPERS),
    progress: {
      start: advance,
      step() {
        done++;
        advance();
      },
      stop: () => undefined,
    },
  });
  await Promise.all(underWay);
  for (const way of mesh.ways.values()) way.heal();
  const ended = performance.now();
  const unquiet = await waitUntilQuiet(mesh.record, QUIET_SECONDS).then(
    () => [],
    (error: Error) => [error.message],
  );
  const quietAfterSeconds = (performance.now() - ended) / 1000;
  const findings = await verifyMesh(mesh.record);
  return {
    seed,
    plan,
    orders,
    kills: killsOf(inflicted),
    inflicted,
    seconds: (ended - begin) / 1000,
    quietAfterSeconds,
    retries: demo.retries,
    invariants: findings.length,
    checked: findings.reduce((sum, { checked }) => sum + checked, 0),
    violations: [...unquiet, ...findings.flatMap(violationsOf)],
    surprises: [...demo.surprises, ...uninflicted],
    tooLate: demo.tooLate.length,
    directory: undefined,
  };
}

function killsOf(inflicted: Inflicted): number {
  return Object.entries(inflicted).reduce((sum, [what, times]) => sum + (what.startsWith('kill ') ? times : 0), 0);
}

function violationsOf({ invariant, violations }: Finding): string[] {
  return violations.map((violation) => `${invariant}: ${violation}`);
}
