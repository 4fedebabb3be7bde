import type { Logger } from './log.ts';

/** Something that was started and goes on until it is stopped. */
export interface Running {
  /** Awaited when it is a promise. */
  stop(): unknown;
}

/** Starts things in order and stops them in reverse, so that nothing loses what it stands on. */
export class LifeCycle {
  readonly #log: Logger;
  readonly #running: { name: string; part: Running }[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Starts one thing; what it answers ends it. */
  async start(name: string, start: () => Running | Promise<Running>): Promise<void> {
    this.#running.push({ name, part: await start() });
    this.#log.debug({ part: name }, 'started');
  }

  /** Stops everything, last started first. A part that fails to stop is logged and does not keep the others from stopping. */
  async stop(): Promise<void> {
    for (let last = this.#running.pop(); last; last = this.#running.pop()) {
      try {
        await last.part.stop();
        this.#log.debug({ part: last.name }, 'stopped');
      } catch (error) {
        this.#log.error({ err: error, part: last.name }, 'did not stop');
      }
    }
  }
}
