import {
  connect,
  DiscardPolicy,
  ErrorCode,
  Events,
  type JetStreamManager,
  type NatsConnection,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
} from 'nats';
import type { Logger } from '../log.ts';
import { type Broker, BrokerRefused, BrokerUnavailable, type StoredMessage, type StreamPlan } from './broker.ts';
import { natsConsumption } from './nats-consumption.ts';
import { fromHeaders, toHeaders } from './nats-headers.ts';
import { storedMessages } from './nats-stored.ts';
import { pause } from './pause.ts';
import { waitingBroker } from './waiting-broker.ts';
import { within } from './within.ts';

const DAY_MS = 86_400_000;
const DUPLICATE_WINDOW_MS = 120_000;
const PUBLISH_TIMEOUT_MS = 3000;
const FIRST_CONNECT_MS = 2000;
const LAST_WORDS_MS = 5000;

/**
 * Connects to NATS JetStream and stays connected for ever: a broker that restarts, or is not there yet, is waited for. Answers after two seconds at most, so that
 * a service starts without its broker. After a reconnection streams and consumers are made again if the broker lost them.
 */
export async function connectNats(options: { url: string; service: string; log: Logger }): Promise<Broker> {
  const { log } = options;
  const coming = connect({
    servers: options.url.split(','),
    name: options.service,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
    reconnectTimeWait: 250,
    reconnectJitter: 100,
    pingInterval: 10_000,
    maxPingOut: 2,
  }).then((connection) => natsBroker(connection, log));
  const patience = new AbortController();
  const broker = await Promise.race([coming, pause(FIRST_CONNECT_MS, patience.signal)]);
  patience.abort();
  if (broker) return broker;
  log.warn('NATS does not answer; going on without it until it does');
  coming.catch((error: unknown) => log.error({ err: error }, 'cannot connect to NATS'));
  return waitingBroker(coming);
}

/** The broker over a connection that is already there. */
export async function natsBroker(connection: NatsConnection, log: Logger): Promise<Broker> {
  const jetstream = connection.jetstream({ timeout: PUBLISH_TIMEOUT_MS });
  const manager = await connection.jetstreamManager({ checkAPI: false });
  const streams = new Map<string, StreamPlan>();
  const restarts = new Set<() => Promise<void>>();
  let connected = true;
  void watch();

  async function watch(): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === Events.Disconnect) {
        connected = false;
        log.warn('lost the connection to NATS');
      } else if (status.type === Events.Reconnect) {
        connected = true;
        log.info('connected to NATS again');
        for (const plan of streams.values()) await retried(() => ensure(manager, plan));
        for (const restart of restarts) void retried(restart);
      }
    }
  }

  /** JetStream answers some time after its server does. */
  async function retried(work: () => Promise<unknown>): Promise<void> {
    while (!connection.isClosed() && connected) {
      try {
        await work();
        return;
      } catch (error) {
        log.debug({ err: error }, 'JetStream is not ready');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  const broker: Broker = {
    async ensureStream(plan) {
      streams.set(plan.name, plan);
      await ensure(manager, plan);
    },

    async publish({ id, subject, headers, payload }) {
      if (!connected) throw new BrokerUnavailable('not connected');
      try {
        await jetstream.publish(subject, payload, {
          msgID: id,
          headers: toHeaders(headers),
          timeout: PUBLISH_TIMEOUT_MS,
        });
      } catch (error) {
        throw isRefusal(error) ? new BrokerRefused(error) : new BrokerUnavailable(error);
      }
    },

    async consume(plan, take) {
      const consumption = await natsConsumption({ jetstream, manager, plan, take, connected: () => connected });
      restarts.add(consumption.restart);
      return {
        async stop() {
          restarts.delete(consumption.restart);
          await consumption.stop();
        },
      };
    },

    stored: (stream, subjects) => storedMessages(jetstream, manager, stream, subjects),

    async find(stream, sequence) {
      const found = await manager.streams.getMessage(stream, { seq: sequence }).catch((error: unknown) => {
        if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
        throw error;
      });
      if (!found) return undefined;
      const { subject, header, data, time } = found;
      return {
        subject,
        headers: fromHeaders(header),
        payload: data,
        stream,
        sequence,
        storedAt: time,
      } satisfies StoredMessage;
    },

    async remove(stream, sequence) {
      await manager.streams.deleteMessage(stream, sequence, false).catch(async (error: unknown) => {
        if (await broker.find(stream, sequence)) throw error;
      });
    },

    async ping() {
      if (!connected) throw new BrokerUnavailable('not connected');
      await manager.getAccountInfo();
    },

    async close() {
      // The library drops what it has not written yet: acknowledgements, and what was given back.
      if (connected) await within(LAST_WORDS_MS, connection.flush());
      await connection.close();
    },
  };
  return broker;
}

async function ensure(manager: JetStreamManager, plan: StreamPlan): Promise<void> {
  const wanted = {
    subjects: plan.subjects,
    max_age: nanos(plan.retentionDays * DAY_MS),
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    discard: DiscardPolicy.Old,
  };
  try {
    await manager.streams.update(plan.name, wanted);
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.code !== 404) throw error;
    const storage = { storage: StorageType.File, retention: RetentionPolicy.Limits };
    await manager.streams.add({ name: plan.name, ...storage, ...wanted });
  }
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof NatsError)) return false;
  if (error.code === ErrorCode.MaxPayloadExceeded || error.code === ErrorCode.BadHeader) return true;
  return error.api_error !== undefined && error.api_error.code < 500;
}
