import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** A server as a child process. */
export interface Server {
  pid: number;
  /** Settles when it ends, wanted or not. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Keeps a server running: when it ends unasked it is started again, on its data and its port, as often as that takes. What it left behind (a lock, a child that has
 * not noticed yet) may keep it from starting for a moment.
 */
export async function keptServer<S extends Server>(
  start: () => Promise<S>,
  onRestart: (server: S) => void,
): Promise<{ server: S; stop(): Promise<void> }> {
  const first = await start();
  let server = first;
  const stopping = new AbortController();

  async function startAgain(): Promise<S | undefined> {
    for (let wait = PAUSE_MS; !stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      const started = await start().catch(() => undefined);
      if (started) return started;
      await pause(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    return undefined;
  }

  async function keep(): Promise<void> {
    for (;;) {
      await server.ended;
      if (stopping.signal.aborted) return;
      const next = await startAgain();
      if (!next) return;
      server = next;
      onRestart(server);
    }
  }

  const keeping = keep();
  return {
    server: first,
    async stop() {
      stopping.abort();
      await server.stop();
      await keeping;
      await server.stop();
    },
  };
}
