import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fetchWithAuthority, type GetPage } from '../tls/mesh-fetch.ts';
import { type Authority, openAuthority } from './authority.ts';
import { serveControl } from './control.ts';
import { type LocalCredentials, localCredentials } from './credentials.ts';
import { environmentOf, type Places } from './environment.ts';
import { type Instance, startInstance, stopInstances, whenReady } from './instances.ts';
import { endLeftovers } from './leftovers.ts';
import { forgetMesh, type InstanceRecord, type MeshRecord, runningMesh, writeMesh } from './mesh-file.ts';
import { PortPlan, requireFree } from './ports.ts';
import { wipePostgres } from './postgres.ts';
import { checkReplicas, type Replicas } from './replicas.ts';
import { type Restarted, RollingRestart } from './rolling-restart.ts';
import { keepCertified } from './rotation.ts';
import { seconds, startBroker, startDatabases, startMail } from './servers.ts';
import { services } from './topology.ts';

export interface MeshOptions {
  /** The data folder: databases, streams, mails, logs, credentials. */
  directory: string;
  gatewayPort: number;
  /** Begin with an empty data folder. */
  fresh?: boolean;
  /** Services speak mutual TLS with each other and go by their certificates. */
  mtls?: boolean;
  /** How long a certificate is good, in seconds. Default one hour. */
  certificateSeconds?: number;
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
  /** Gives up a start that is under way: what runs by then is stopped, and its reason thrown. */
  signal?: AbortSignal;
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
  const { directory, gatewayPort, say, signal } = options;
  const ports = new PortPlan(gatewayPort);
  const authority = options.mtls ? certifyServices(options, stops) : undefined;
  const record: MeshRecord = {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    gatewayUrl: `http://localhost:${gatewayPort}`,
    natsUrl: '',
    mailUrl: undefined,
    databases: {},
    services: {},
    operator: credentials.operator,
    ...(authority && { authority: authority.file }),
    faultsAllowed: (options.env?.FAULTS_ALLOWED ?? process.env.FAULTS_ALLOWED) === '1',
    servers: {},
  };
  const tell = () => writeMesh(directory, record);
  const runs = (name: string, pid: number) => {
    record.servers[name] = pid;
    tell();
    // After the note, so that nothing is left behind that nobody knows of.
    signal?.throwIfAborted();
  };
  const servers = { directory, ports, stops, say, runs };
  record.databases = await startDatabases(servers);
  record.natsUrl = await startBroker(servers);
  const { smtpUrl, mailUrl } = await startMail(servers);
  record.mailUrl = mailUrl;
  for (const { name } of services) record.services[name] = await planInstances(name, options, ports);
  const { databases, natsUrl, services: instancesOf } = record;
  const direct: Places = { natsUrl, smtpUrl, databases, instances: instancesOf };
  const places = (await options.reroute?.(direct)) ?? direct;
  signal?.throwIfAborted();
  const instances = await startServices(options, instancesOf, places, credentials, authority, tell);
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
      await whenReady(own, signal);
      say(`${name} ready${own.length > 1 ? `, ${own.length} times` : ''} (${seconds(begin)})`);
    }),
  );
  return { record, restart: (service) => rolling.run(service, say) };
}

async function planInstances(
  service: string,
  { replicas, gatewayPort, mtls }: MeshOptions,
  ports: PortPlan,
): Promise<InstanceRecord[]> {
  const planned: InstanceRecord[] = [];
  for (let left = replicas?.[service] ?? 1; left > 0; left--) {
    const httpPort = service === 'gateway' ? gatewayPort : await ports.take();
    // The gateway speaks every protocol on its one port.
    if (service === 'gateway') planned.push({ pid: 0, httpPort });
    else planned.push({ pid: 0, grpcPort: await ports.take(), httpPort, ...(mtls && { secure: true }) });
  }
  return planned;
}

function startServices(
  options: MeshOptions,
  records: Record<string, InstanceRecord[]>,
  places: Places,
  credentials: LocalCredentials,
  authority: Authority | undefined,
  tell: () => void,
): Promise<Instance[]> {
  const { directory, longestPauseMs, say } = options;
  const get: GetPage = authority ? fetchWithAuthority(readFileSync(authority.file)) : fetch;
  return Promise.all(
    Object.entries(records).flatMap(([service, own]) =>
      own.map(async (record, index) => {
        const given = await environmentOf(service, record, places, credentials, authority);
        const env = { ...given, ...options.env, ...options.envOf?.(service) };
        const place = { number: index + 1, of: own.length };
        return startInstance({
          directory,
          service,
          ...place,
          record,
          env,
          get: record.secure ? get : fetch,
          longestPauseMs,
          say,
          tell,
        });
      }),
    ),
  );
}

const HOUR = 3600;

/** Gives every service a certificate, and a new one in time for as long as the mesh runs. */
function certifyServices(
  { directory, certificateSeconds = HOUR, say }: MeshOptions,
  stops: (() => Promise<void>)[],
): Authority {
  const authority = openAuthority(directory);
  const names = services.map(({ name }) => name);
  const { stop } = keepCertified(authority, names, certificateSeconds, (error) =>
    say(`certificates could not be renewed; tried again: ${error}`),
  );
  stops.push(async () => stop());
  say(`services speak mutual TLS; the authority is ${authority.file}`);
  return authority;
}
