import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';

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

/** A process that is kept running: when it dies it is started again, at once the first time, later and later while it keeps dying. */
export class Child {
  readonly #spec: ChildSpec;
  readonly #log: number;
  #process: ChildProcess;
  #pause = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(spec: ChildSpec) {
    this.#spec = spec;
    this.#log = openSync(spec.logFile, 'a');
    this.#process = this.#spawn();
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Asks the process to end and waits; after `graceMs` it is killed. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(kill);
  }

  #spawn(): ChildProcess {
    const begin = Date.now();
    // Its own group, so that Ctrl-C reaches only the supervisor, which stops things in order. Its standard input is ours: it ends when we do.
    const child = spawn(process.execPath, this.#spec.args, {
      env: { ...process.env, ...this.#spec.env, STOP_WITH_PARENT: '1' },
      stdio: ['pipe', this.#log, this.#log],
      detached: true,
    });
    child.stdin?.on('error', () => undefined);
    child.once('exit', (code, signal) => {
      if (this.#stopping) return;
      if (Date.now() - begin > STEADY_MS) this.#pause = FIRST_PAUSE_MS;
      this.#timer = setTimeout(() => {
        this.#process = this.#spawn();
        this.#spec.onRestart(signal ? `was killed by ${signal}` : `ended with code ${code}`, this.pid);
      }, this.#pause);
      this.#pause = Math.min(this.#pause * 2, this.#spec.longestPauseMs ?? LONGEST_PAUSE_MS);
    });
    return child;
  }
}
