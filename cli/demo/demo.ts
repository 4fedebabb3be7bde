/** Uses a running mesh as a shop's customers and its operator do, all at once, and compares how each order ends with how it must. */
import { ConnectError } from '@connectrpc/connect';
import type { MeshRecord } from '#chassis/local/mesh-file.ts';
import { meshClient } from '../mesh-client.ts';
import { importCatalogue } from './catalogue.ts';
import { inParallel } from './in-parallel.ts';
import { mixOf } from './mix.ts';
import { outage } from './outage.ts';
import { type Patience, patience } from './patience.ts';
import { seededRandom } from './random.ts';
import { differs, type Scenario } from './scenario.ts';
import { scenarios } from './scenarios/all.ts';
import { fillShelves } from './shelves.ts';
import { registerShoppers } from './shoppers.ts';
import { TooLate } from './surprise.ts';
import { type ScenarioReport, tally } from './tally.ts';
import { type Visit, visitOf } from './visit.ts';

export interface DemoOptions {
  record: MeshRecord;
  orders: number;
  concurrency: number;
  /** The same seed brings the same mix of the same purchases. */
  seed: number;
  say(line: string): void;
  progress?: Progress;
  /** How many of the products that can be in stock are; all by default. */
  stocked?: number | undefined;
  /** How much shoppers bear; ordinary patience by default. */
  patience?: Patience;
}

/** Shows how far it is. */
export interface Progress {
  start(total: number): void;
  step(): void;
  stop(): void;
}

export interface DemoReport {
  products: number;
  shoppers: number;
  /** That were placed, or tried to. */
  orders: number;
  /** Those left when the mesh did not answer any more. */
  unplaced: number;
  /** From the first order placed to the last outcome. */
  seconds: number;
  /** Calls and streams that failed for a passing reason and were repeated. */
  retries: number;
  scenarios: ScenarioReport[];
  /** All scenarios together. */
  total: ScenarioReport;
  /** What did not go as it must, a line each. */
  surprises: string[];
  /** Likewise of shoppers whose wish came when their order had gone on without it. */
  tooLate: string[];
}

const MOST_SHOPPERS = 50;
const ORDERS_PER_SHOPPER = 4;
/** A shopper takes at most two pieces of a product. */
const MOST_PIECES = 2;

export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const { record, concurrency, seed, say, progress } = options;
  const patient = options.patience ?? patience();
  const operator = await patient.call(() => meshClient(record.gatewayUrl).signedIn(record.operator));
  const imported = await importCatalogue(operator, patient, say);
  const assortment = { ...imported, regular: imported.regular.slice(0, options.stocked) };
  const shelves = await fillShelves(operator, assortment, BigInt(options.orders * MOST_PIECES), patient);
  const products = Object.values(assortment).flat().length;
  say(
    `${assortment.regular.length} of them stocked, ${products - assortment.regular.length} left without stock on purpose`,
  );
  const wanted = Math.min(MOST_SHOPPERS, Math.ceil(options.orders / ORDERS_PER_SHOPPER));
  const shoppers = await registerShoppers(record.gatewayUrl, wanted, seed, patient);
  say(`${shoppers.length} shoppers registered and signed in`);

  const tallies = new Map(scenarios.map((scenario) => [scenario, tally(scenario.name)]));
  const total = tally('all');
  const surprises: string[] = [];
  const tooLate: string[] = [];
  const away = outage(concurrency);
  const begin = performance.now();
  progress?.start(options.orders);
  await inParallel(mixOf(scenarios, options.orders, seed), concurrency, async (scenario, index) => {
    if (away.isOn()) return;
    const shopper = shoppers[index % shoppers.length];
    if (!shopper) throw new Error('there are no shoppers');
    const { visit, timing } = visitOf(shopper, seededRandom(seed, index), shelves, patient);
    const { surprise, error } = await play(scenario, visit);
    away.note(error);
    const unlike = error instanceof TooLate ? tooLate : surprises;
    if (surprise) unlike.push(`${scenario.name}: order ${timing.orderId ?? '(none)'} ${surprise}`);
    tallies.get(scenario)?.count(timing, !surprise);
    total.count(timing, !surprise);
    progress?.step();
  });
  progress?.stop();
  const all = total.report();
  return {
    products,
    shoppers: shoppers.length,
    orders: all.orders,
    unplaced: options.orders - all.orders,
    seconds: (performance.now() - begin) / 1000,
    retries: patient.retries(),
    scenarios: [...tallies.values()].map((each) => each.report()).filter(({ orders }) => orders > 0),
    total: all,
    surprises,
    tooLate,
  };
}

/** Plays a scenario; answers what was not as it must be, and the error when it failed. */
async function play(scenario: Scenario, visit: Visit): Promise<{ surprise: string | undefined; error?: unknown }> {
  try {
    return { surprise: differs(scenario.ending, await scenario.play(visit)) };
  } catch (error) {
    if (error instanceof ConnectError) return { surprise: `failed: ${error.message}`, error };
    return { surprise: error instanceof Error ? error.message : String(error), error };
  }
}
