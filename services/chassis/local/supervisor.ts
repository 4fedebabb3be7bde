import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';
import { serveControl } from './control.ts';
import { type LocalCredentials, localCredentials } from './credentials.ts';
import { environmentOf, type Places } from './environment.ts';
import { type Instance, startInstance, stopInstances, whenReady } from './instances.ts';
import { keptServer } from './kept-server.ts';
import {
  forgetMesh,
  type InstanceRecord,
  isAlive,
  type MeshRecord,
  recordedMesh,
  runningMesh,
  writeMesh,
} from './mesh-file.ts';
import { startNatsServer } from './nats-server.ts';
import { PortPlan, requireFree } from './ports.ts';
import { ensureDatabase, startPostgres, wipePostgres } from './postgres.ts';
import { checkReplicas, type Replicas } from './replicas.ts';
import { type Restarted, RollingRestart } from './rolling-restart.ts';
import { services } from './topology.ts';

const GRACE_MS = 35_000;

export interface MeshOptions {
  /** The data folder: databases, streams, mails, logs, credentials. */
  directory: string;
  gatewayPort: number;
  /** Begin with an empty data folder. */
  fresh?: boolean;
  /** How many processes each service has; one where nothing is said. */
  replicas?: Replicas;
  /** Further environment for every service. */
  env?: Record<string, string>;
  /** Further environment for one service. */
  envOf?(service: string): Record<string, string>;
  /** Where services are told that everything is, made from where it is: a test puts what it can cut in between. */
  reroute?(places: Places): Promise<Places>;
  /** The longest pause before a service that keeps dying is started again, in milliseconds. Default 10 s. */
  longestPauseMs?: number;
  /** Told what happens, a line each. */
  say(line: string): void;
}

/** A mesh on this machine. */
export interface LocalMesh {
  readonly record: MeshRecord;
  /** Restarts every instance of a service, or of every service, one at a time, each only when the one before is ready. Throws CannotRestart. */
  restart(service?: string): Promise<Restarted[]>;
  /** Stops everything in reverse order of start. */
  stop(): Promise<void>;
}

/** A mesh runs on the data folder already. */
export class AlreadyRunning extends Error {}

/**
 * Starts PostgreSQL, the broker, the mail server and one process per service, and keeps them running. Answers when every service is ready; stops what it had
 * started when one does not become so. External servers named by DATABASE_URL_<SERVICE>, NATS_URL and SMTP_URL are used instead of its own.
 */
export async function startMesh(options: MeshOptions): Promise<LocalMesh> {
  const { directory, say } = options;
  checkReplicas(options.replicas ?? {});
  const running = runningMesh(directory);
  if (running)
    throw new AlreadyRunning(`A mesh runs on ${directory} already (process ${running.pid}): ${running.gatewayUrl}`);
  await requireFree(options.gatewayPort, 'The gateway');
  await endLeftovers(directory, say);
  if (options.fresh) {
    wipePostgres(join(directory, 'postgres'));
    rmSync(directory, { recursive: true, force: true });
  }
  mkdirSync(join(directory, 'logs'), { recursive: true });
  // PostgreSQL may run under another account and passes through here; files with secrets are closed to it.
  chmodSync(directory, 0o711);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let last = stops.pop(); last; last = stops.pop()) await last();
    forgetMesh(directory);
  };
  try {
    return { ...(await start(options, await localCredentials(directory), stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: MeshOptions,
  credentials: LocalCredentials,
  stops: (() => Promise<void>)[],
): Promise<Omit<LocalMesh, 'stop'>> {
  const { directory, say } = options;
  const ports = new PortPlan(options.gatewayPort);
  const servers: Record<string, number> = {};
  const databases = await databasesOf(directory, ports, servers, stops, say);
  const natsUrl = process.env.NATS_URL ?? (await startBroker(directory, ports, servers, stops, say));
  const mail = process.env.SMTP_URL
    ? { smtpUrl: process.env.SMTP_URL, mailUrl: undefined }
    : await startMail(directory, ports, servers, stops, say);
  const records: Record<string, InstanceRecord[]> = {};
  for (const { name } of services) {
    records[name] = [];
    for (let left = options.replicas?.[name] ?? 1; left > 0; left--) {
      const httpPort = name === 'gateway' ? options.gatewayPort : await ports.take();
      records[name].push({ pid: 0, grpcPort: await ports.take(), httpPort });
    }
  }
  const direct: Places = { natsUrl, smtpUrl: mail.smtpUrl, databases, instances: records };
  const places = (await options.reroute?.(direct)) ?? direct;
  const record: MeshRecord = {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    gatewayUrl: `http://localhost:${options.gatewayPort}`,
    natsUrl,
    mailUrl: mail.mailUrl,
    databases,
    services: records,
    operator: credentials.operator,
    servers,
  };
  const tell = () => writeMesh(directory, record);
  const instances = await startServices(options, records, places, credentials, tell);
  const rolling = new RollingRestart(instances, tell);
  stops.push(async () => {
    await Promise.all([rolling.stop(), stopInstances(instances)]);
    say('services stopped');
  });
  const { control, stop } = await serveControl((service, told) => rolling.run(service, told));
  stops.push(async () => stop());
  record.control = control;
  tell();
  await Promise.all(
    services.map(async ({ name }) => {
      const begin = Date.now();
      const own = instances.filter(({ service }) => service === name);
      await whenReady(own);
      say(`${name} ready${own.length > 1 ? `, ${own.length} times` : ''} (${seconds(begin)})`);
    }),
  );
  return { record, restart: (service) => rolling.run(service, say) };
}

function startServices(
  options: MeshOptions,
  records: Record<string, InstanceRecord[]>,
  places: Places,
  credentials: LocalCredentials,
  tell: () => void,
): Promise<Instance[]> {
  const { directory, longestPauseMs, say } = options;
  return Promise.all(
    Object.entries(records).flatMap(([service, own]) =>
      own.map(async (record, index) => {
        const given = await environmentOf(service, record, places, credentials);
        const env = { ...given, ...options.env, ...options.envOf?.(service) };
        const place = { number: index + 1, of: own.length };
        return startInstance({ directory, service, ...place, record, env, longestPauseMs, say, tell });
      }),
    ),
  );
}

async function databasesOf(
  directory: string,
  ports: PortPlan,
  servers: Record<string, number>,
  stops: (() => Promise<void>)[],
  say: MeshOptions['say'],
): Promise<Record<string, string>> {
  const owners = services.filter(({ database }) => database).map(({ name }) => name);
  const external = (name: string) => process.env[`DATABASE_URL_${name.toUpperCase()}`];
  if (owners.every(external)) return Object.fromEntries(owners.map((name) => [name, external(name) ?? '']));
  const begin = Date.now();
  const port = await ports.take();
  const { server, stop } = await keptServer(
    () => startPostgres({ directory: join(directory, 'postgres'), port }),
    ({ pid }) => {
      tellServer(directory, servers, 'postgres', pid);
      say('PostgreSQL ended; started again');
    },
  );
  servers.postgres = server.pid;
  stops.push(stop);
  for (const name of owners) if (!external(name)) await ensureDatabase(server, name);
  say(`PostgreSQL on port ${server.port} (${seconds(begin)})`);
  return Object.fromEntries(owners.map((name) => [name, external(name) ?? server.url(name)]));
}

async function startBroker(
  directory: string,
  ports: PortPlan,
  servers: Record<string, number>,
  stops: (() => Promise<void>)[],
  say: MeshOptions['say'],
): Promise<string> {
  const begin = Date.now();
  const port = await ports.take();
  const { server, stop } = await keptServer(
    () => startNatsServer({ directory: join(directory, 'nats'), port }),
    ({ pid }) => {
      tellServer(directory, servers, 'nats', pid);
      say('NATS ended; started again');
    },
  );
  servers.nats = server.pid;
  stops.push(stop);
  say(`NATS with JetStream on port ${server.port} (${seconds(begin)})`);
  return server.url;
}

async function startMail(
  directory: string,
  ports: PortPlan,
  servers: Record<string, number>,
  stops: (() => Promise<void>)[],
  say: MeshOptions['say'],
) {
  const smtpPort = await ports.take();
  const httpPort = await ports.take();
  const child = new Child({
    name: 'mail',
    args: [
      fileURLToPath(new URL('./mail-sink-main.ts', import.meta.url)),
      join(directory, 'mails'),
      String(smtpPort),
      String(httpPort),
    ],
    env: {},
    logFile: join(directory, 'logs', 'mail.log'),
    onRestart: (how, pid) => {
      tellServer(directory, servers, 'mail', pid);
      say(`the mail server ${how}; started again`);
    },
  });
  servers.mail = child.pid;
  stops.push(() => child.stop(2_000));
  say(`mail server on port ${smtpPort}, its mails at http://localhost:${httpPort}`);
  return { smtpUrl: `smtp://127.0.0.1:${smtpPort}`, mailUrl: `http://localhost:${httpPort}` };
}

/** Notes the new process of a server that was started again, also for other commands. */
function tellServer(directory: string, servers: Record<string, number>, name: string, pid: number): void {
  servers[name] = pid;
  const recorded = recordedMesh(directory);
  if (recorded) writeMesh(directory, { ...recorded, servers });
}

/** Ends processes that a supervisor which was killed left behind; they hold the data folder. */
async function endLeftovers(directory: string, say: MeshOptions['say']): Promise<void> {
  const left = recordedMesh(directory);
  if (!left) return;
  const pids = [
    ...Object.values(left.services)
      .flat()
      .map(({ pid }) => pid),
    ...Object.values(left.servers),
  ].filter(isAlive);
  for (const pid of pids) process.kill(pid, 'SIGINT');
  if (pids.length > 0) say(`ending ${pids.length} processes that an earlier run left`);
  for (let waited = 0; pids.some(isAlive) && waited < GRACE_MS; waited += 100) await pause(100);
  forgetMesh(directory);
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
