import { connect, Events, type NatsConnection } from 'nats';
import { DomainError } from '#chassis/domain-error.ts';
import type { Broker } from '#chassis/events/broker.ts';
import { natsBroker } from '#chassis/events/nats-broker.ts';
import { deadLetterStream } from '#chassis/events/streams.ts';
import type { Running } from '#chassis/life-cycle.ts';
import type { Logger } from '#chassis/log.ts';

/** The way to the broker, for those who can do without it for a while. */
export interface BrokerLink extends Running {
  /** Throws BROKER_AWAY while the broker cannot be reached. */
  connection(): NatsConnection;
  /** The broker with the stream of dead letters there. Throws BROKER_AWAY. */
  broker(): Promise<Broker>;
  /** Runs what needs the broker; what fails because it goes away meanwhile is BROKER_AWAY. */
  use<T>(work: (connection: NatsConnection) => Promise<T>): Promise<T>;
}

/** Connects, and stays so for as long as the process lives. Waits for nothing. */
export function linkBroker(options: { url: string; service: string; log: Logger }): BrokerLink {
  let connection: NatsConnection | undefined;
  let connected = false;
  let stopped = false;
  let broker: Promise<Broker> | undefined;

  async function follow(): Promise<void> {
    const made = await connect({
      servers: options.url.split(','),
      name: options.service,
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: 250,
      pingInterval: 10_000,
      maxPingOut: 2,
    });
    if (stopped) return made.close();
    connection = made;
    connected = true;
    for await (const { type } of made.status()) {
      if (type === Events.Disconnect) connected = false;
      if (type === Events.Reconnect) connected = true;
    }
    connected = false;
  }

  follow().catch((error: unknown) => options.log.error({ err: error }, 'cannot connect to NATS'));

  function reached(): NatsConnection {
    if (connection && connected) return connection;
    throw new DomainError('BROKER_AWAY');
  }

  async function use<T>(work: (connection: NatsConnection) => Promise<T>): Promise<T> {
    const reachedNow = reached();
    try {
      return await work(reachedNow);
    } catch (error) {
      if (error instanceof DomainError || connected) throw error;
      throw new DomainError('BROKER_AWAY', {}, { cause: error });
    }
  }

  return {
    connection: reached,
    use,
    async broker() {
      const made = broker ?? natsBroker(reached(), options.log);
      broker = made;
      try {
        await use(async () => (await made).ensureStream(deadLetterStream));
        return await made;
      } catch (error) {
        broker = undefined;
        throw error;
      }
    },
    async stop() {
      stopped = true;
      await connection?.close();
    },
  };
}
