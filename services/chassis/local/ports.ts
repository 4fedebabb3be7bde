import { createServer } from 'node:net';

/** A port the mesh needs is taken. Its message says which, and what to do. */
class PortTaken extends Error {}

const FIRST = 15_000;
const LAST = 31_999;
const BLOCK = 100;
/** Knuth's multiplier: gateways at ports that have a step in common would otherwise share a few blocks. */
const SPREAD = 2_654_435_761;

/**
 * Hands out free ports below the range that the system gives to outgoing connections, so that a service that restarts finds its own port free. Begins at a block
 * that the gateway's port decides: a mesh finds the same ports each time, and two that start side by side do not reach for the same ones.
 */
export class PortPlan {
  readonly #first: number;
  #taken = 0;

  constructor(gatewayPort: number) {
    const blocks = (LAST + 1 - FIRST) / BLOCK;
    this.#first = FIRST + ((Math.imul(gatewayPort, SPREAD) >>> 0) % blocks) * BLOCK;
  }

  async take(): Promise<number> {
    const all = LAST + 1 - FIRST;
    while (this.#taken < all) {
      const port = FIRST + ((this.#first - FIRST + this.#taken++) % all);
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
