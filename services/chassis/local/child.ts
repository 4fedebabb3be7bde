import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const STEADY_MS = 30_000;

export interface ChildSpec {
  name: string;
  /** The script to run, and its arguments. */
  args: string[];
  env: Record<string, string>;
  /** Where its output goes. */
  logFile: string;
  /** The longest pause before it is started again, in milliseconds. Default 10 s. */
  longestPauseMs?: number;
  /** Told each time the process died unasked, with how it ended, and when it is started again. */
  onRestart(how: string, pid: number): void;
}

/** One process, from its start to its end. */
interface Life {
  process: ChildProcess;
  /** Settles when it says that it is ready; rejects when it ends before. */
  ready: Promise<void>;
  ended: Promise<void>;
}

/** A process that is kept running: when it dies it is started again, at once the first time, later and later while it keeps dying. */
export class Child {
  readonly #spec: ChildSpec;
  readonly #log: number;
  readonly #alive = new Set<Life>();
  #life: Life;
  #pause = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #replacing = false;
  #everReady = false;
  #gaveUp = false;

  constructor(spec: ChildSpec) {
    this.#spec = spec;
    this.#log = openSync(spec.logFile, 'a');
    this.#life = this.#spawn();
  }

  get pid(): number {
    return this.#life.process.pid ?? 0;
  }

  /** Whether it ended of its own accord before it was ever ready, as on a setting that cannot be. */
  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  /** Asks the process to end and waits; after `graceMs` it is killed. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await Promise.all([...this.#alive].map((life) => end(life, graceMs)));
  }

  /**
   * Puts a new process in the place of the present one. With `overlap` the present one is asked to end only once the new one says that it is ready, so that one
   * serves all the time; else it ends first. Rejects when the new one does not become ready within `readyMs`: with `overlap` the present one then goes on.
   */
  async replace(options: { overlap: boolean; readyMs: number; graceMs: number }): Promise<void> {
    clearTimeout(this.#timer);
    this.#replacing = true;
    const present = this.#life;
    try {
      if (!options.overlap) await end(present, options.graceMs);
      if (this.#stopping) return;
      const next = this.#spawn();
      await readyWithin(next, options.readyMs, this.#spec.name).catch(async (error: unknown) => {
        await end(next, 0);
        throw error;
      });
      this.#life = next;
      await end(present, options.graceMs);
    } finally {
      this.#replacing = false;
      if (!this.#alive.has(this.#life)) this.#startAgain('ended while it was replaced');
    }
  }

  #spawn(): Life {
    const begin = Date.now();
    // Its own group, so that Ctrl-C reaches only the supervisor, which stops things in order. Its standard input is ours: it ends when we do.
    const child = spawn(process.execPath, this.#spec.args, {
      env: { ...process.env, ...this.#spec.env, STOP_WITH_PARENT: '1' },
      stdio: ['pipe', this.#log, this.#log, 'ipc'],
      detached: true,
    });
    child.stdin?.on('error', () => undefined);
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const ready = new Promise<void>((resolve, reject) => {
      child.once('message', () => {
        this.#everReady = true;
        resolve();
      });
      child.once('exit', () => reject(new Error(`${this.#spec.name} ended before it was ready`)));
    });
    // Asked for by those who replace; nobody else is to hear of it.
    ready.catch(() => undefined);
    const life: Life = { process: child, ready, ended };
    this.#alive.add(life);
    child.once('exit', (code, signal) => {
      this.#alive.delete(life);
      if (life !== this.#life || this.#replacing) return;
      if (code !== null && !this.#everReady) this.#gaveUp = true;
      if (Date.now() - begin > STEADY_MS) this.#pause = FIRST_PAUSE_MS;
      this.#startAgain(signal ? `was killed by ${signal}` : `ended with code ${code}`);
    });
    return life;
  }

  #startAgain(how: string): void {
    if (this.#stopping) return;
    this.#timer = setTimeout(() => {
      this.#life = this.#spawn();
      this.#spec.onRestart(how, this.pid);
    }, this.#pause);
    this.#pause = Math.min(this.#pause * 2, this.#spec.longestPauseMs ?? LONGEST_PAUSE_MS);
  }
}

async function readyWithin(life: Life, ms: number, name: string): Promise<void> {
  const patience = new AbortController();
  const late = pause(ms, undefined, { signal: patience.signal, ref: false }).then(() => {
    throw new Error(`${name} did not become ready within ${ms / 1000} s`);
  });
  try {
    await Promise.race([life.ready, late]);
  } finally {
    patience.abort();
    late.catch(() => undefined);
  }
}

async function end({ process: child, ended }: Life, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(kill);
}
