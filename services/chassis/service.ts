import { hostname } from 'node:os';
import type { DescService } from '@bufbuild/protobuf';
import { type Client, createClient, type Transport } from '@connectrpc/connect';
import type { z } from 'zod';
import { type Clock, systemClock } from './clock.ts';
import { type baseConfig, ConfigError, loadConfig } from './config.ts';
import { connectDatabase, type Database } from './db/connect.ts';
import { migrate } from './db/migrate.ts';
import { databaseQuestion } from './db/question.ts';
import type { ErrorTable } from './domain-error.ts';
import { type Edge, shownOutside } from './edge.ts';
import { startConsumer } from './events/consumer.ts';
import { connectNats } from './events/nats-broker.ts';
import type { Consumer } from './events/subscription.ts';
import { within } from './events/within.ts';
import { watchFlags } from './faults/watch-flags.ts';
import { answerIntrospection } from './introspection/answer-introspection.ts';
import { LifeCycle, type Running } from './life-cycle.ts';
import { stopWithParent } from './local/stop-with-parent.ts';
import { createLogger, type Logger } from './log.ts';
import { describeProcess } from './metrics.ts';
import { startRelay } from './outbox/relay.ts';
import { watchRevocations } from './revocation/watch-revocations.ts';
import { takingApiKeys } from './rpc/api-keys.ts';
import { type Dependency, Health } from './rpc/health.ts';
import type { Route } from './rpc/implementation.ts';
import { authentication } from './rpc/interceptors/authentication.ts';
import { authorization } from './rpc/interceptors/authorization.ts';
import type { FaultSource } from './rpc/interceptors/fault-injection.ts';
import { openStreams } from './rpc/open-streams.ts';
import type { HttpHandler } from './rpc/plain-http.ts';
import { createRpcServer } from './rpc/server.ts';
import { serviceTokenOf } from './rpc/service-token.ts';
import { createTokenVerifier } from './rpc/tokens.ts';
import { warmUp } from './rpc/warm-up.ts';
import type { AnySaga } from './saga/define.ts';
import { type SagaRunner, startSagaRunner } from './saga/runner.ts';
import { exportOf } from './span-export.ts';
import { collectStartUpGarbage } from './start-up-garbage.ts';
import { startTelemetry } from './telemetry.ts';
import { fetchFrom } from './tls/mesh-fetch.ts';
import { type MeshIdentity, openIdentity } from './tls/mesh-identity.ts';
import { Upstreams } from './upstreams.ts';
import { version } from './version.ts';

/** A zod shape of environment variables that includes what every service reads. */
export type ConfigShape = typeof baseConfig & z.ZodRawShape;

/** What a service is: its name, what it reads from its environment, and how it is put together. */
export interface ServiceDefinition<S extends ConfigShape> {
  name: string;
  config: S;
  /** The folder of its migrations. A service that has none has no database, publishes nothing and consumes nothing. */
  migrations?: URL;
  errors?: ErrorTable;
  build(deps: ServiceDeps<S>): BuiltService | Promise<BuiltService>;
}

/** What the chassis hands a service to build itself from. */
export interface ServiceDeps<S extends ConfigShape> {
  config: z.infer<z.ZodObject<S>>;
  db: Database;
  log: Logger;
  clock: Clock;
  /** A channel to another service, found by `UPSTREAM_<NAME>`; opened once per service. */
  transport(upstream: string): Transport;
  /** A generated client over that channel. */
  client<D extends DescService>(service: D, upstream: string): Client<D>;
  /** Who this service is to others, where they go by certificates. */
  identity?: MeshIdentity | undefined;
  /** Runs sagas for as long as the service lives. */
  runSagas(sagas: AnySaga[]): SagaRunner;
}

/** Work that goes on beside the calls. */
export interface Background {
  name: string;
  start(): Running | Promise<Running>;
}

/** What a service consists of, once built. */
export interface BuiltService {
  routes: Route[];
  consumers?: Consumer[];
  background?: Background[];
  /** Plain HTTP pages by path; `/shop/*` stands for all paths that begin so. */
  http?: Record<string, HttpHandler>;
  /** Set by a service that faces the outside. */
  edge?: Edge;
}

/**
 * Runs a service until SIGTERM or SIGINT: configuration, telemetry, database with migrations, broker, the service itself, then the consumers and at last its ports.
 * Stops in reverse: first no new work and drained calls, last the connections. A bad variable ends the process with one message and exit code 1.
 */
export async function runService<S extends ConfigShape>(definition: ServiceDefinition<S>): Promise<void> {
  try {
    const config = loadConfig(definition.config);
    await start(definition, config, config as unknown as BaseConfig);
  } catch (error) {
    process.stderr.write(`${definition.name}: ${told(error)}\n`);
    process.exit(1);
  }
}

/** How long a service that stops tries to hand its last spans over: where they go may have stopped before it. */
const LAST_SPANS_MS = 1_000;

type BaseConfig = z.infer<z.ZodObject<typeof baseConfig>>;

function told(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function start<S extends ConfigShape>(
  definition: ServiceDefinition<S>,
  own: z.infer<z.ZodObject<S>>,
  config: BaseConfig,
): Promise<void> {
  const { name } = definition;
  const log = createLogger({ service: name, version, level: config.LOG_LEVEL });
  const life = new LifeCycle(log);
  stopOnSignal(life, log);
  describeProcess(name, version);
  const identity = openIdentity(config, name, log);
  if (identity) await life.start('identity', () => identity);
  await life.start('telemetry', async () => {
    const telemetry = await startTelemetry({ service: name, version, ...exportOf(config, identity) });
    return { stop: () => within(LAST_SPANS_MS, telemetry.shutdown()) };
  });
  const dependencies: Dependency[] = [];
  const db = definition.migrations && (await openDatabase(name, config, definition.migrations, life, dependencies));
  const environment = own as Record<string, unknown>;
  const upstreams = new Upstreams({
    config: environment,
    log,
    identity,
    serviceToken: serviceTokenOf(name, config, log),
  });
  await life.start('upstream channels', () => upstreams);
  const ownDatabase = (): Database => {
    if (db) return db;
    throw new Error(`${name} has no migrations, hence no database`);
  };
  const runners: SagaRunner[] = [];
  const built = await definition.build({
    config: own,
    get db() {
      return ownDatabase();
    },
    log,
    clock: systemClock,
    transport: (upstream) => upstreams.to(upstream),
    client: (service, upstream) => createClient(service, upstreams.to(upstream)),
    identity,
    runSagas(sagas) {
      const runner = startSagaRunner({ db: ownDatabase(), sagas, instance: `${hostname()}/${process.pid}`, log });
      runners.push(runner);
      return runner;
    },
  });
  if (db) await openMessaging(name, config, db, built.consumers ?? [], log, life, dependencies);
  for (const background of built.background ?? []) await life.start(background.name, background.start);
  await life.start('sagas', () => ({ stop: () => Promise.all(runners.map((runner) => runner.stop())) }));
  await listen(definition, built, config, dependencies, log, life, identity);
}

async function openDatabase(
  service: string,
  config: BaseConfig,
  migrations: URL,
  life: LifeCycle,
  dependencies: Dependency[],
): Promise<Database> {
  if (!config.DATABASE_URL)
    throw new ConfigError('Bad configuration: DATABASE_URL is not set. It must be a postgres URL.');
  const db = connectDatabase({ url: config.DATABASE_URL, max: config.DATABASE_POOL, service });
  await life.start('database', async () => {
    await migrate(db, migrations);
    return { stop: () => db.close() };
  });
  dependencies.push({ name: 'postgres', critical: true, check: () => db.ping() });
  return db;
}

async function openMessaging(
  service: string,
  config: BaseConfig,
  db: Database,
  consumers: Consumer[],
  log: Logger,
  life: LifeCycle,
  dependencies: Dependency[],
): Promise<void> {
  if (!config.NATS_URL) throw new ConfigError('Bad configuration: NATS_URL is not set. It must be a nats URL.');
  const broker = await connectNats({ url: config.NATS_URL, service, log });
  await life.start('broker', () => ({ stop: () => broker.close() }));
  // Events wait in the outbox while the broker is away, so a service can work without it.
  dependencies.push({ name: 'nats', critical: false, check: () => broker.ping() });
  await life.start('outbox relay', () => startRelay({ db, broker, log, service }));
  const databaseAnswers = databaseQuestion(db.url);
  for (const consumer of consumers) {
    const options = { service, consumer, broker, log, databaseAnswers };
    await life.start(`consumer ${consumer.name}`, () => startConsumer(options));
  }
}

async function listen<S extends ConfigShape>(
  { name, errors }: ServiceDefinition<S>,
  { routes, http, edge }: BuiltService,
  config: BaseConfig,
  dependencies: readonly Dependency[],
  log: Logger,
  life: LifeCycle,
  identity: MeshIdentity | undefined,
): Promise<void> {
  const { ISSUER: issuer, JWKS_URL: jwksUrl, JWKS_SERVICE: keeper, MESH_JWKS: meshJwks, NATS_URL: url } = config;
  const streams = openStreams((id) => revocations?.has(id) ?? false);
  const revocations = url ? watchRevocations({ url, service: name, log, ended: streams.end }) : undefined;
  if (revocations) await life.start('revocations', () => revocations);
  const getKeys = keeper ? fetchFrom(identity, keeper) : undefined;
  const verifier = createTokenVerifier({
    ...(jwksUrl && { identity: { issuer, jwksUrl, getKeys } }),
    ...(meshJwks && { meshJwks }),
    ...(revocations && { isRevoked: revocations.has }),
  });
  const health = new Health(dependencies);
  if (url) await life.start('introspection', () => answerIntrospection({ url, service: name, version, health, log }));
  const needed = [
    ...dependencies.filter(({ critical }) => critical),
    { name: 'signing keys', check: verifier.fetchKeys },
    ...(revocations ? [{ name: 'revocations', check: revocations.known }] : []),
  ];
  const believed = edge?.exchange ? takingApiKeys(verifier, edge.exchange) : verifier;
  const known = edge?.limited?.(authentication(believed)) ?? authentication(believed);
  const server = createRpcServer({
    routes,
    errors: errors ?? { domain: `${name}.tradewind`, rules: {} },
    access: [known, streams.interceptor, authorization(edge && { onBehalfOf: edge.onBehalfOf })],
    log,
    health,
    beforeReady: () => warmUp(needed, log),
    host: config.HOST,
    grpcPort: edge ? undefined : config.GRPC_PORT,
    httpPort: config.HTTP_PORT,
    // Outsiders have no certificates.
    identity: edge ? undefined : identity,
    ...(http && { pages: http }),
    ...(edge && shownOutside(edge)),
    faults: await openFaults(name, config, log, life),
  });
  collectStartUpGarbage();
  await life.start('ports', async () => {
    const ports = await server.start();
    log.info({ ...ports, pid: process.pid }, 'ready');
    // Heard by a supervisor that waits with the end of our predecessor until we serve.
    process.send?.('ready');
    return { stop: () => server.drain(config.DRAIN_SECONDS * 1000) };
  });
}

/** Where the faults of a process come from, if it allows any. Says so: nobody should find out otherwise that it is on. */
async function openFaults(
  service: string,
  { FAULTS_ALLOWED, NATS_URL }: BaseConfig,
  log: Logger,
  life: LifeCycle,
): Promise<FaultSource | undefined> {
  if (FAULTS_ALLOWED !== '1') return undefined;
  log.warn('faults are allowed: calls can be made to fail on purpose');
  if (!NATS_URL) return { service, faults: [] };
  const flags = watchFlags({ url: NATS_URL, service, log });
  await life.start('fault flags', () => flags);
  return {
    service,
    get faults() {
      return flags.faults;
    },
  };
}

function stopOnSignal(life: LifeCycle, log: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    void life.stop().then(() => {
      log.info('stopped');
      log.flush(() => process.exit(0));
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  stopWithParent(() => stop('SIGTERM'));
}
