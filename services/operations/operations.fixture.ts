/** Operations as its callers meet it: real sockets, the whole chain, a real broker; the instances it asks are stand-ins of this process. */
import { type Client, createClient, createRouterTransport } from '@connectrpc/connect';
import type { NatsConnection } from 'nats';
import { connect } from 'nats';
import { systemClock } from '#chassis/clock.ts';
import { loadConfig } from '#chassis/config.ts';
import type { Broker } from '#chassis/events/broker.ts';
import { natsBroker } from '#chassis/events/nats-broker.ts';
import { streamPlanOf } from '#chassis/events/streams.ts';
import type { BuiltService } from '#chassis/service.ts';
import { startNats, type TestNats } from '#chassis/testing/nats.ts';
import { quietLog } from '#chassis/testing/quiet-log.ts';
import { type As, type Served, serve } from '#chassis/testing/serve.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { operationsConfig } from './config.ts';
import { operationsErrors } from './errors.ts';
import { operations } from './operations.ts';

export interface TestOperations {
  nats: TestNats;
  connection: NatsConnection;
  broker: Broker;
  served: Served;
  pages: NonNullable<BuiltService['http']>;
  /** As an operator unless told otherwise. */
  client(as?: As): Promise<Client<typeof OperationsService>>;
  stop(): Promise<void>;
}

const operator: As = { service: 'gateway', user: { id: 'op-1', roles: ['OPERATOR'] } };

export async function startOperations(environment: Record<string, string> = {}): Promise<TestOperations> {
  const nats = await startNats();
  const connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  const broker = await natsBroker(connection, quietLog);
  const plan = await streamPlanOf('orders');
  if (plan) await broker.ensureStream(plan);
  const nowhere = createRouterTransport(() => undefined);
  const built = await operations.build({
    config: loadConfig(operationsConfig, {
      NATS_URL: nats.url,
      UPSTREAM_ORDERS: 'nowhere:1',
      UPSTREAM_NOTIFICATIONS: 'nowhere:1',
      ...environment,
    }),
    get db(): never {
      throw new Error('operations has no database');
    },
    log: quietLog,
    clock: systemClock,
    transport: () => nowhere,
    client: (service) => createClient(service, nowhere),
    runSagas: () => {
      throw new Error('operations has no sagas');
    },
  });
  const running = await Promise.all((built.background ?? []).map(({ start }) => start()));
  const served = await serve(built.routes, operationsErrors);
  return {
    nats,
    connection,
    broker,
    served,
    pages: built.http ?? {},
    client: (as = operator) => served.client(OperationsService, as),
    async stop() {
      await served.stop();
      for (const each of running.reverse()) await each.stop();
      await connection.close();
      await nats.stop();
    },
  };
}
