import { type HttpHandler, type HttpRequest, sendJson } from './plain-http.ts';

const CHECK_MS = 2_000;
const WATCH_MS = 1_000;

/** Something a service needs. It counts against readiness only when `critical`: a service that can do part of its work stays in rotation. */
export interface Dependency {
  name: string;
  critical: boolean;
  /** Rejects when the dependency does not do its work. */
  check(): Promise<void>;
}

/** How one dependency answered. Latency in milliseconds. */
export interface DependencyState {
  name: string;
  critical: boolean;
  state: 'up' | 'down';
  latency_ms: number;
  problem?: string;
}

/** What probes ask: alive at all, started, ready for work. Dependencies are the service's own (database, broker), never another service: no probe cascades. */
export class Health {
  readonly #dependencies: readonly Dependency[];
  #phase: 'starting' | 'serving' | 'draining' = 'starting';

  constructor(dependencies: readonly Dependency[]) {
    this.#dependencies = dependencies;
  }

  enter(phase: 'serving' | 'draining'): void {
    this.#phase = phase;
  }

  async readiness(): Promise<{ ready: boolean; phase: string; dependencies: DependencyState[] }> {
    const dependencies = await Promise.all(this.#dependencies.map(stateOf));
    const able = dependencies.every(({ critical, state }) => state === 'up' || !critical);
    return { ready: this.#phase === 'serving' && able, phase: this.#phase, dependencies };
  }

  /** Tells whether the service can work: before it returns, and then every time that changes, until stopped. */
  async watch(tell: (ready: boolean) => void): Promise<{ stop(): void }> {
    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    let told: boolean | undefined;
    const look = async () => {
      const { ready } = await this.readiness();
      if (stopped) return;
      if (ready !== told) tell(ready);
      told = ready;
      timer = setTimeout(look, WATCH_MS).unref();
    };
    await look();
    return {
      stop() {
        stopped = true;
        clearTimeout(timer);
      },
    };
  }

  /** Others than insiders are told no more than whether the service is ready. */
  pages(isInsider: (request: HttpRequest) => boolean): Record<string, HttpHandler> {
    return {
      '/health/live': (_, response) => sendJson(response, 200, { live: true }),
      '/health/startup': (_, response) => {
        const started = this.#phase !== 'starting';
        sendJson(response, started ? 200 : 503, { started });
      },
      '/health/ready': async (request, response) => {
        const readiness = await this.readiness();
        const { ready } = readiness;
        sendJson(response, ready ? 200 : 503, isInsider(request) ? readiness : { ready });
      },
    };
  }
}

async function stateOf({ name, critical, check }: Dependency): Promise<DependencyState> {
  const begin = performance.now();
  const measured = () => Math.round((performance.now() - begin) * 100) / 100;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS} ms`)), CHECK_MS);
  });
  try {
    await Promise.race([check(), late]);
    return { name, critical, state: 'up', latency_ms: measured() };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { name, critical, state: 'down', latency_ms: measured(), problem };
  } finally {
    clearTimeout(timer);
  }
}
