/** Kills a process at each of many points, one after the other on one mesh, and compares how each order ends with how it must. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { importCatalogue } from '../../cli/demo/catalogue.ts';
import { type Patience, patience } from '../../cli/demo/patience.ts';
import { seededRandom } from '../../cli/demo/random.ts';
import { differs, type Scenario } from '../../cli/demo/scenario.ts';
import { fillShelves, type Shelves } from '../../cli/demo/shelves.ts';
import { registerShoppers, type Shopper } from '../../cli/demo/shoppers.ts';
import { visitOf } from '../../cli/demo/visit.ts';
import { meshClient } from '../../cli/mesh-client.ts';
import { waitUntilQuiet } from '../../cli/verify/quiet.ts';
import { verifyMesh } from '../../cli/verify/verify.ts';
import { type ChaosMesh, startChaosMesh } from './chaos-mesh.ts';
import type { CrashCase } from './crash-cases.ts';

export interface MatrixReport {
  cases: number;
  /** Points at which the process really died. */
  crashes: number;
  seconds: number;
  invariants: number;
  /** Points never reached, orders that ended otherwise than they must, and broken invariants. */
  problems: string[];
}

const REACHED_WITHIN_MS = 45_000;
const QUIET_SECONDS = 120;
const PIECES = 1_000n;
/** The last point is reached when the first parcels leave. */
const DISPATCH_SECONDS = '40';

interface Shop {
  mesh: ChaosMesh;
  shopper: Shopper;
  shelves: Shelves;
  patient: Patience;
  armed: string;
}

/**
 * The next point is armed as soon as a process died at the last, not when its order has ended: so several orders are recovering at a time, and one that recovers may
 * be what dies next. How each ends is looked at when it has.
 */
export async function runCrashMatrix(
  cases: readonly CrashCase[],
  say: (line: string) => void = () => undefined,
): Promise<MatrixReport> {
  const begin = performance.now();
  const armed = join(tmpdir(), `tradewind-crash-${process.pid}`);
  const mesh = await startChaosMesh({
    env: { CRASH_FILE: armed, SANDBOX_SLOW_MS: '700', SHIPPING_DISPATCH_SECONDS: DISPATCH_SECONDS },
  });
  try {
    const shop = await openShop(mesh, armed);
    const problems: string[] = [];
    const orders: Promise<void>[] = [];
    let crashes = 0;
    for (const [index, each] of cases.entries()) {
      const since = performance.now();
      const pid = mesh.pidOf(each.service);
      arm(armed, each.point);
      orders.push(
        play(shop, each.scenario, index).then((problem) => {
          if (problem) problems.push(`${each.point}: ${problem}`);
        }),
      );
      const died = await disarmed(armed, each.point);
      if (died) {
        crashes++;
        await mesh.restarted(each.service, pid);
      } else problems.push(`${each.point} was never reached`);
      say(`${died ? '✔' : '✗'} ${each.point} (${((performance.now() - since) / 1000).toFixed(1)} s)`);
    }
    await Promise.all(orders);
    await waitUntilQuiet(mesh.record, QUIET_SECONDS).catch((error: Error) => problems.push(error.message));
    const findings = await verifyMesh(mesh.record);
    for (const { invariant, violations } of findings) problems.push(...violations.map((one) => `${invariant}: ${one}`));
    const seconds = (performance.now() - begin) / 1000;
    return { cases: cases.length, crashes, seconds, invariants: findings.length, problems };
  } finally {
    await mesh.close();
    rmSync(armed, { force: true });
  }
}

async function openShop(mesh: ChaosMesh, armed: string): Promise<Shop> {
  const patient = patience({ longestMs: 120_000, stillMs: 120_000 });
  const { gatewayUrl, operator } = mesh.record;
  const signedIn = await patient.call(() => meshClient(gatewayUrl).signedIn(operator));
  const assortment = await importCatalogue(signedIn, patient, () => undefined);
  const shelves = await fillShelves(signedIn, assortment, PIECES, patient);
  const [shopper] = await registerShoppers(gatewayUrl, 1, 1, patient);
  if (!shopper) throw new Error('there are no shoppers');
  return { mesh, shopper, shelves, patient, armed };
}

async function play(shop: Shop, scenario: Scenario, index: number): Promise<string | undefined> {
  try {
    const { visit } = visitOf(shop.shopper, seededRandom(index), shop.shelves, shop.patient);
    return differs(scenario.ending, await scenario.play(visit));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A process reads the whole name or none. */
function arm(file: string, point: string): void {
  writeFileSync(`${file}.new`, point);
  renameSync(`${file}.new`, file);
}

/** Whether somebody died of it in time. */
async function disarmed(file: string, point: string): Promise<boolean> {
  for (const until = Date.now() + REACHED_WITHIN_MS; existsSync(file); await pause(20)) {
    if (Date.now() < until) continue;
    arm(file, `${point} (given up)`);
    return false;
  }
  return true;
}
