import { type Instance, replaceInstance } from './instances.ts';

/** One instance that was restarted. */
export interface Restarted {
  service: string;
  number: number;
  pid: number;
  seconds: number;
}

/** It cannot be restarted now, or there is nothing of that name. */
class CannotRestart extends Error {}

/** Restarts instances one at a time: the next only when the one before is ready and its predecessor has finished its calls. One restart at a time. */
export class RollingRestart {
  readonly #instances: readonly Instance[];
  readonly #tell: () => void;
  #underWay: Promise<unknown> | undefined;
  #stopped = false;

  constructor(instances: readonly Instance[], tell: () => void) {
    this.#instances = instances;
    this.#tell = tell;
  }

  /** Restarts every instance of `service`, or of every service. `say` is told of each. */
  async run(service: string | undefined, say: (line: string) => void): Promise<Restarted[]> {
    const chosen = this.#instances.filter((each) => service === undefined || each.service === service);
    if (chosen.length === 0) {
      const names = [...new Set(this.#instances.map((each) => each.service))];
      throw new CannotRestart(`There is no service ${service}. There are: ${names.join(', ')}.`);
    }
    if (this.#underWay) throw new CannotRestart('A restart is under way already.');
    const work = this.#each(chosen, say);
    this.#underWay = work.catch(() => undefined);
    try {
      return await work;
    } finally {
      this.#underWay = undefined;
    }
  }

  /** Begins with no further instance; settles when none is in between. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#underWay;
  }

  async #each(chosen: readonly Instance[], say: (line: string) => void): Promise<Restarted[]> {
    const restarted: Restarted[] = [];
    for (const instance of chosen) {
      if (this.#stopped) throw new CannotRestart('The mesh is stopping.');
      const { service, number, of } = instance;
      const seconds = await replaceInstance(instance);
      this.#tell();
      restarted.push({ service, number, pid: instance.record.pid, seconds });
      say(`${service}${of > 1 ? ` ${number} of ${of}` : ''} restarted (${seconds.toFixed(1)} s)`);
    }
    return restarted;
  }
}
