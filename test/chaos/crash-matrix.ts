/** Kills a process at each of many points, one after the other on one mesh, and compares how each order ends with how it must. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../cli/demo/random.ts';
import { differs } from '../../cli/demo/scenario.ts';
import { visitOf } from '../../cli/demo/visit.ts';
import { waitUntilQuiet } from '../../cli/verify/quiet.ts';
import { verifyMesh } from '../../cli/verify/verify.ts';
import { startChaosMesh } from './chaos-mesh.ts';
import type { CrashCase } from './crash-cases.ts';
import { type CrashShop, openCrashShop } from './crash-shop.ts';

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
/** The last point is reached when the first parcels leave. */
const DISPATCH_SECONDS = '40';

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
    const shop = await openCrashShop(mesh);
    const problems: string[] = [];
    const orders: Promise<void>[] = [];
    let crashes = 0;
    for (const [index, each] of cases.entries()) {
      const since = performance.now();
      const pid = mesh.pidOf(each.service);
      arm(armed, each.point);
      orders.push(
        play(shop, each, index).then((problem) => {
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

async function play(shop: CrashShop, { scenario, comes }: CrashCase, index: number): Promise<string | undefined> {
  try {
    const shopper = (await comes?.(shop)) ?? shop.shopper;
    const { visit } = visitOf(shopper, seededRandom(index), shop.shelves, shop.patient);
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
