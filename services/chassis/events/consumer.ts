import { type DescMessage, fromBinary, type Message, type MessageShape } from '@bufbuild/protobuf';
import type { Logger } from '../log.ts';
import type { Broker } from './broker.ts';
import { deliveryHandler } from './handle-delivery.ts';
import { keyedQueue } from './keyed-queue.ts';
import { deadLetterStream, streamPlanOf } from './streams.ts';
import { ownerOf, streamOf, subjectOf } from './subject.ts';

const CONCURRENCY = 16;
const ACK_WAIT_MS = 30_000;
const MAX_IN_FLIGHT = 256;

/** What is known of an event besides its payload. */
export interface EventMeta {
  id: string;
  /** Its full proto name. */
  type: string;
  /** The id of what it is about. */
  subject: string;
  /** When the fact was recorded. */
  time: Date;
  /** Tries of this consumer, this one included. */
  attempts: number;
  correlationId: string;
  causationId: string | undefined;
}

/** One event type and what to do with it. */
export interface Subscription {
  schema: DescMessage;
  handle(payload: Uint8Array, meta: EventMeta): Promise<void>;
  /** Throws when the payload is not of the type. */
  check(payload: Uint8Array): void;
}

/** A named reader of events, remembered by the broker as `<service>-<name>`. Its handlers may see an event more than once and must make that harmless. */
export interface Consumer {
  name: string;
  subjects: Subscription[];
  /** Events of different aggregates handled at a time. Those of one aggregate are handled one by one, in order. */
  concurrency?: number;
}

/** Handles events of one type. The promise that `handle` answers must settle after the effect is durable: only then is the event acknowledged. */
export function on<D extends DescMessage>(
  schema: D,
  handle: (event: MessageShape<D>, meta: EventMeta) => Promise<void>,
): Subscription {
  const decode = (payload: Uint8Array): Message => fromBinary(schema, payload);
  return {
    schema,
    check: (payload) => void decode(payload),
    handle: (payload, meta) => handle(decode(payload) as MessageShape<D>, meta),
  };
}

/** Starts reading: makes the streams and durable consumers that are missing, then handles events until stopped. Stopping waits for handlers that run. */
export async function startConsumer(options: {
  broker: Broker;
  service: string;
  consumer: Consumer;
  log: Logger;
  /** Pauses between tries of one event, in milliseconds. */
  backOffMs?: readonly number[];
  /** How long the broker waits for a word about an event before it hands it out again. */
  ackWaitMs?: number;
}): Promise<{ stop(): Promise<void> }> {
  const { broker, service, consumer, log, ackWaitMs = ACK_WAIT_MS } = options;
  const durable = `${service}-${consumer.name}`;
  const stopping = new AbortController();
  const queue = keyedQueue(consumer.concurrency ?? CONCURRENCY);
  const handler = deliveryHandler({ ...options, durable, signal: stopping.signal });
  const held = new Set<{ working(): void }>();

  await broker.ensureStream(deadLetterStream);
  const byStream = Map.groupBy(consumer.subjects, ({ schema }) => streamOf(schema));
  const consumptions = await Promise.all(
    [...byStream].map(async ([stream, subscriptions]) => {
      const plan = await streamPlanOf(ownerOf(subscriptions[0]?.schema ?? stream));
      if (plan) await broker.ensureStream(plan);
      const subjects = subscriptions.map(({ schema }) => subjectOf(schema));
      return broker.consume({ stream, durable, subjects, maxInFlight: MAX_IN_FLIGHT, ackWaitMs }, (delivery) => {
        held.add(delivery);
        const key = delivery.headers['ce-subject'] ?? delivery.headers['ce-id'] ?? String(delivery.sequence);
        queue.add(key, async () => {
          try {
            await handler(delivery);
          } catch (error) {
            // Neither acknowledged nor given back: the broker brings it again after its wait.
            log.error({ err: error, consumer: durable }, 'could not settle an event');
          } finally {
            held.delete(delivery);
          }
        });
      });
    }),
  );
  // Events that wait here for their turn are not to be handed out again.
  const reporting = setInterval(() => {
    for (const delivery of held) delivery.working();
  }, ackWaitMs / 3);
  log.info({ consumer: durable, streams: [...byStream.keys()] }, 'consuming events');

  return {
    async stop() {
      await Promise.all(consumptions.map((consumption) => consumption.stop()));
      stopping.abort();
      await queue.idle();
      clearInterval(reporting);
    },
  };
}
