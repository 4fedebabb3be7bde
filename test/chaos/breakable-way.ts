import { freePort } from '#chassis/local/free-port.ts';
import { startProxy } from './tcp-proxy.ts';

/** A way to a server that can be cut: then every connection is reset, and so is each new one, as when the server is not there. */
export interface BreakableWay {
  readonly port: number;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function breakableWay(port: number): Promise<BreakableWay> {
  const target = { host: '127.0.0.1', port };
  const nobody = await freePort();
  // Each connection is led to where the target is by then.
  const way = await startProxy(target);
  return {
    port: way.port,
    cut() {
      target.port = nobody;
      way.reset();
    },
    mend() {
      target.port = port;
    },
    close: () => way.close(),
  };
}
