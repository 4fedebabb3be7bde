import { createServer } from 'node:net';

/** A port the mesh needs is taken. Its message says which, and what to do. */
export class PortTaken extends Error {}

const FIRST = 17_100;
const LAST = 17_999;

/** Hands out free ports below the range that the system gives to outgoing connections, so that a service that restarts finds its own port free. */
export class PortPlan {
  #next = FIRST;

  async take(): Promise<number> {
    while (this.#next <= LAST) {
      const port = this.#next++;
      if (await isFree(port)) return port;
    }
    throw new PortTaken(`No port between ${FIRST} and ${LAST} is free`);
  }
}

/** Throws PortTaken when somebody listens on a port that a person chose. */
export async function requireFree(port: number, what: string): Promise<void> {
  if (await isFree(port)) return;
  throw new PortTaken(
    `${what} needs port ${port}, but something else listens there. Stop it, or choose another: npm start -- --port ${port + 1}`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .once('listening', () => probe.close(() => resolve(true)));
    probe.listen(port, '127.0.0.1');
  });
}
