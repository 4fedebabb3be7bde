/** The composition root of operations: ties the broker, the instances that answer and the spans that come in to what operators ask. */
import { ConfigError } from '#chassis/config.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { deadLetters } from '#chassis/events/dead-letter.ts';
import { openFlags } from '#chassis/faults/flag.ts';
import { askInstances } from '#chassis/introspection/ask-instances.ts';
import { allEvents } from '#chassis/local/all-events.ts';
import { rpcNames, services } from '#chassis/local/topology.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import type { ServiceDefinition } from '#chassis/service.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { readContracts } from './app/contracts.ts';
import { deadLetterCases } from './app/dead-letters.ts';
import { faultCases } from './app/faults.ts';
import { outboxes } from './app/messaging.ts';
import { orderStory } from './app/order-story.ts';
import { type Rounds, startRounds } from './app/rounds.ts';
import { serviceLevels } from './app/service-levels.ts';
import { serviceMap } from './app/service-map.ts';
import { traceCases } from './app/traces.ts';
import { watchEvents } from './app/watch-events.ts';
import { type BrokerLink, linkBroker } from './broker/broker-link.ts';
import { eventReader, eventStreams } from './broker/event-reader.ts';
import { handlingsOf, orderEvents } from './broker/order-events.ts';
import { payloadReader } from './broker/payload-json.ts';
import { streamStates } from './broker/stream-states.ts';
import { operationsConfig } from './config.ts';
import { operationsErrors } from './errors.ts';
import { operationsRpc, type Part } from './rpc/operations-rpc.ts';
import { fromInside, receiveSpans } from './traces/receive-spans.ts';
import { spanStore } from './traces/span-store.ts';

export const operations: ServiceDefinition<typeof operationsConfig> = {
  name: 'operations',
  config: operationsConfig,
  errors: operationsErrors,
  async build({ config, log, client, identity }) {
    if (!config.NATS_URL) throw new ConfigError('Bad configuration: NATS_URL is not set. It must be a nats URL.');
    const link = linkBroker({ url: config.NATS_URL, service: 'operations', log });
    const levels = serviceLevels();
    const rounds = startRounds({
      ask: (expected) => link.use((connection) => askInstances(connection, expected)),
      tell: levels.add,
      log,
    });
    const spans = spanStore(config.OPERATIONS_SPANS);
    const payloadJson = payloadReader(await allEvents());
    const events = eventsOver(payloadJson);
    const letters = async () => deadLetters(await link.broker());
    const known = new Set(rpcNames);
    const cases = {
      maps: (signal: AbortSignal) => maps(rounds, link, signal),
      story: orderStory({
        orders: client(OrdersService, 'orders'),
        sagas: client(OrdersOperationsService, 'orders'),
        mails: client(NotificationsService, 'notifications'),
        events: (order) =>
          link.use(async (connection) => {
            const streams = await events.streams(connection);
            const found = await orderEvents(connection, events, streams, order);
            return { ...found, handlings: await handlingsOf(connection, streams, await letters()) };
          }),
        trace: spans.trace,
      }),
      traces: traceCases(spans),
      deadLetters: deadLetterCases({ letters, payloadJson, log }),
      events: (filter: Parameters<typeof watchEvents>[2], signal: AbortSignal) =>
        watchEvents(link.connection(), events, filter, signal),
      outboxes: async () => {
        const { after, problem } = await rounds.latest();
        return problem === undefined ? { value: outboxes(after.answers) } : { problem };
      },
      streams: () => part(() => link.use(streamStates)),
      faults: faultCases({
        allowed: config.FAULTS_ALLOWED === '1',
        isKnown: (rpc) => known.has(rpc),
        use: (work) => link.use(async (connection) => work(await openFlags(connection))),
        log,
      }),
      levels,
      unheard: async () => (await rounds.latest()).problem,
      contracts: readContracts,
    };
    return {
      routes: [implement(OperationsService, operationsRpc(cases))],
      http: { '/v1/traces': receiveSpans(spans, fromInside(identity)) },
      background: [
        { name: 'broker link', start: () => link },
        { name: 'rounds', start: () => rounds },
      ],
    };
  },
};

function eventsOver(payloadJson: ReturnType<typeof payloadReader>) {
  const owners = services.filter(({ database }) => database).map(({ name }) => name);
  return {
    ...eventReader(payloadJson),
    streams: (connection: Parameters<typeof eventStreams>[0]) => eventStreams(connection, owners),
  };
}

async function* maps(rounds: Rounds, link: BrokerLink, signal: AbortSignal) {
  for await (const pair of rounds.follow(signal)) {
    const streams = await part(() => link.use(streamStates));
    yield serviceMap(pair, 'value' in streams ? streams.value : undefined);
  }
}

async function part<T>(get: () => Promise<T>): Promise<Part<T>> {
  try {
    return { value: await get() };
  } catch (error) {
    return { problem: error instanceof DomainError ? error.reason : String(error) };
  }
}
