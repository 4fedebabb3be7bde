/** A mesh that can be hurt: as `npm start` runs it, with every way rewired, faults allowed, and short times where the world outside would be waited for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#chassis/local/free-port.ts';
import { PortPlan } from '#chassis/local/ports.ts';
import { type LocalMesh, startMesh } from '#chassis/local/supervisor.ts';
import { type Rewiring, rewiring } from './rewiring.ts';

export interface ChaosMesh {
  record: LocalMesh['record'];
  directory: string;
  ways: Rewiring['ways'];
  /** Kills a service, `nats`, `postgres` or `mail` as hard as can be. False when it is just not there. */
  kill(victim: string): boolean;
  /** Resolves when a process of this name runs that is another than `pid`. */
  restarted(victim: string, pid: number): Promise<void>;
  pidOf(victim: string): number;
  close(options?: { keep?: boolean }): Promise<void>;
}

export interface ChaosMeshOptions {
  /** By how much the clocks of services are wrong, in milliseconds. */
  skews?: Record<string, number>;
  env?: Record<string, string>;
  say?(line: string): void;
}

/** Long enough that an order can still be cancelled when open circuits have held its cancellation up. */
const DISPATCH_SECONDS = '150';
const RESTART_WITHIN_MS = 30_000;
const SKEWED_CLOCK = new URL('./skewed-clock.ts', import.meta.url).href;

const open = new Set<ChaosMesh>();

/** Stops every mesh that is open: for a run that is cut short, so that no server is left behind. */
export async function closeAll(): Promise<void> {
  await Promise.all([...open].map((mesh) => mesh.close()));
}

export async function startChaosMesh({ skews = {}, env, say }: ChaosMeshOptions = {}): Promise<ChaosMesh> {
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-chaos-'));
  const wires = rewiring();
  const mesh = await startMesh({
    directory,
    // Not any free port: those the system hands out may be an outgoing connection's by the time the gateway starts, or starts again.
    gatewayPort: await new PortPlan(await freePort()).take(),
    env: {
      LOG_LEVEL: 'warn',
      DRAIN_SECONDS: '2',
      FAULTS_ALLOWED: '1',
      PAYMENT_RETRY_SECONDS: '3',
      RECOVERY_AFTER_SECONDS: '5',
      RECOVERY_INTERVAL_MS: '1000',
      SHIPPING_DISPATCH_SECONDS: DISPATCH_SECONDS,
      SHIPPING_DELIVERY_SECONDS: '2',
      ...env,
    },
    envOf: (service) => wrongClock(skews[service]),
    reroute: wires.reroute,
    longestPauseMs: 500,
    say: say ?? (() => undefined),
  });
  const { record } = mesh;
  const pidOf = (victim: string) => record.servers[victim] ?? record.services[victim]?.[0]?.pid ?? 0;
  const chaosMesh: ChaosMesh = {
    record,
    directory,
    ways: wires.ways,
    pidOf,
    kill(victim) {
      const pid = pidOf(victim);
      try {
        // A process whose id is 0 was never started; 0 would name this process and all it started.
        return pid !== 0 && process.kill(pid, 'SIGKILL');
      } catch {
        return false;
      }
    },
    async restarted(victim, pid) {
      for (const until = Date.now() + RESTART_WITHIN_MS; pidOf(victim) === pid; await pause(20))
        if (Date.now() > until) throw new Error(`${victim} did not come back`);
    },
    async close({ keep = false } = {}) {
      open.delete(chaosMesh);
      await mesh.stop();
      await wires.close();
      if (!keep) rmSync(directory, { recursive: true, force: true });
    },
  };
  open.add(chaosMesh);
  return chaosMesh;
}

/** The environment of a process whose clock is wrong by so much. */
export function wrongClock(ms = 0): Record<string, string> {
  return ms === 0 ? {} : { NODE_OPTIONS: `--import ${SKEWED_CLOCK}`, CLOCK_SKEW_MS: String(ms) };
}
