/** Carries a plan's faults out on a running mesh, and counts what was really done. */
import { setTimeout as pause } from 'node:timers/promises';
import { sendAgain } from './again.ts';
import type { ChaosMesh } from './chaos-mesh.ts';
import type { Fault } from './plan.ts';

/** How often each kind of fault was inflicted; kills by what was killed. */
export type Inflicted = Record<string, number>;

export async function inflict(mesh: ChaosMesh, fault: Fault, seed: number, inflicted: Inflicted): Promise<void> {
  const count = (what: string, times = 1) => {
    inflicted[what] = (inflicted[what] ?? 0) + times;
  };
  switch (fault.kind) {
    case 'kill': {
      const pid = mesh.pidOf(fault.victim);
      // One that is dead already is killed when it is back: a campaign has as many kills as its plan says.
      while (!mesh.kill(fault.victim)) await mesh.restarted(fault.victim, pid).catch(() => pause(100));
      return count(`kill ${fault.victim}`);
    }
    case 'reset':
      mesh.ways.get(fault.way)?.reset();
      return count(`reset ${fault.way}`);
    case 'delay':
      mesh.ways.get(fault.way)?.delay(fault.ms);
      await pause(fault.forMs);
      mesh.ways.get(fault.way)?.heal();
      return count(`delay ${fault.way}`);
    case 'drop':
      mesh.ways.get(fault.way)?.drop();
      await pause(fault.forMs);
      mesh.ways.get(fault.way)?.heal();
      return count(`drop ${fault.way}`);
    case 'silence':
      mesh.ways.get(fault.way)?.drop();
      await pause(fault.forMs);
      mesh.ways.get(fault.way)?.forget();
      return count(`silence ${fault.way}`);
    case 'duplicate':
    case 'reorder': {
      const { stream, events } = fault;
      const [which, what] =
        fault.kind === 'duplicate' ? (['last', 'duplicated events'] as const) : (['any', 'reordered events'] as const);
      return count(what, await sendAgain(mesh.record.natsUrl, { stream, events, which, seed }));
    }
  }
}
