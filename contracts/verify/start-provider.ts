/** Runs a service as its pacts meet it: put together by its own composition root, on a PostgreSQL database and, if it needs one, a broker, with real keys and the whole chain. */
import { createClient, type Transport } from '@connectrpc/connect';
import { connect } from 'nats';
import { systemClock } from '#chassis/clock.ts';
import { loadConfig } from '#chassis/config.ts';
import type { Database } from '#chassis/db/connect.ts';
import { inTransaction } from '#chassis/db/transaction.ts';
import { createLogger } from '#chassis/log.ts';
import { type SagaRunner, startSagaRunner } from '#chassis/saga/runner.ts';
import type { ConfigShape } from '#chassis/service.ts';
import { startNats } from '#chassis/testing/nats.ts';
import type { PactProvider, ProviderState } from '#chassis/testing/pact/provider.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { type As, serve } from '#chassis/testing/serve.ts';

export interface RunningProvider {
  name: string;
  url: string;
  db: Awaited<ReturnType<typeof testDatabase>>;
  states: Record<string, ProviderState>;
  headers(as: As): Promise<Record<string, string>>;
  /** Forgets everything, so that no example meets what another left. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

export async function startProvider<S extends ConfigShape>(provider: PactProvider<S>): Promise<RunningProvider> {
  const { definition } = provider;
  const { name } = definition;
  const db = await testDatabase(definition.migrations ? [definition.migrations] : []);
  const broker = provider.needsBroker ? await startBroker() : undefined;
  const log = createLogger({ service: name, version: 'test', level: 'fatal' });
  const runners: SagaRunner[] = [];
  const transport = (upstream: string): Transport => {
    if (provider.upstreams) return provider.upstreams(upstream);
    throw new Error(`${name} brings no stand-in for ${upstream}`);
  };
  const built = await definition.build({
    config: loadConfig(definition.config, { ...provider.environment, ...(broker && { NATS_URL: broker.url }) }),
    db,
    log,
    clock: systemClock,
    transport,
    client: (service, upstream) => createClient(service, transport(upstream)),
    runSagas(sagas) {
      const runner = startSagaRunner({ db, sagas, instance: 'test', log, pollMs: 50 });
      runners.push(runner);
      return runner;
    },
  });
  const served = await serve(built.routes, definition.errors ?? { domain: `${name}.tradewind`, rules: {} }, {
    ...(built.http && { pages: built.http }),
  });
  const url = `http://127.0.0.1:${served.httpPort}`;
  const tables = await emptyTables(db);
  return {
    name,
    url,
    db,
    states: provider.states({
      db,
      built,
      url,
      get nats() {
        if (!broker) throw new Error(`${name} does not say that it needs a broker`);
        return broker;
      },
      client: served.httpClient,
    }),
    headers: served.headers,
    async empty() {
      await broker?.empty();
      if (tables.length === 0) return;
      // What the example before set going may still hold rows, and some tables let nobody remove any.
      await inTransaction(db, async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx.unsafe(`truncate ${tables.join(', ')} cascade`);
      });
    },
    async stop() {
      await served.stop();
      await Promise.all(runners.map((runner) => runner.stop(1_000)));
      await broker?.stop();
      await db.drop();
    },
  };
}

/** A broker of the provider alone. */
async function startBroker() {
  const nats = await startNats();
  const connection = await connect({ servers: nats.url });
  return {
    url: nats.url,
    connection,
    async empty() {
      const { streams } = await connection.jetstreamManager();
      for (const name of await Array.fromAsync(streams.names())) await streams.delete(name);
    },
    async stop() {
      await connection.close();
      await nats.stop();
    },
  };
}

/** The tables that hold nothing yet: what a migration itself put into one belongs to the service. */
async function emptyTables({ sql }: Database): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`;
  const names = await Promise.all(
    tables.map(async ({ name }) => ((await sql.unsafe(`select from ${name} limit 1`)).length === 0 ? [name] : [])),
  );
  return names.flat();
}
