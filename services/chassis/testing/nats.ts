import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer } from '../local/nats-server.ts';

export interface TestNats {
  url: string;
  /** Kills the server as a crash would and starts it again on the same port and files. */
  crash(): Promise<void>;
  /** Kills the server; `revive` brings it back. */
  kill(): Promise<void>;
  revive(): Promise<void>;
  stop(): Promise<void>;
}

/** A real nats-server with JetStream of this test file alone. */
export async function startNats(): Promise<TestNats> {
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-nats-'));
  let server = await startNatsServer({ directory });
  const { port, url } = server;
  const kill = () => server.stop('SIGKILL');
  const revive = async () => {
    server = await startNatsServer({ directory, port });
  };
  return {
    url,
    kill,
    revive,
    async crash() {
      await kill();
      await revive();
    },
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
