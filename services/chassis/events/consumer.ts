import type { Logger } from '../log.ts';
import type { Broker, Consumption, Delivery } from './broker.ts';
import { showEventMetrics } from './event-metrics.ts';
import { deliveryHandler } from './handle-delivery.ts';
import { keyedQueue } from './keyed-queue.ts';
import { pause } from './pause.ts';
import { deadLetterStream, streamPlanOf } from './streams.ts';
import { ownerOf, streamOf, subjectOf } from './subject.ts';
import type { Consumer, Subscription } from './subscription.ts';

const CONCURRENCY = 16;
const ACK_WAIT_MS = 10_000;
const MAX_IN_FLIGHT = 256;
const RETRY_MS = 1000;
/** A service does not wait longer than this for its consumers before it serves. */
const START_WITHIN_MS = 2000;

/**
 * Starts reading: makes the streams and durable consumers that are missing, then handles events until stopped. A broker that is away is waited for in the
 * background. Stopping waits for handlers that run; events that wait for their turn go back to the broker.
 */
export async function startConsumer(options: {
  broker: Broker;
  service: string;
  consumer: Consumer;
  log: Logger;
  /** Pauses between tries of one event, in milliseconds. */
  backOffMs?: readonly number[];
  /** How long the broker waits for a word about an event before it hands it out again. */
  ackWaitMs?: number;
  /** Whether the database that handlers work on answers at all: asked when a try had no end in time, which counts against an event only if it does. */
  databaseAnswers?: () => Promise<boolean>;
}): Promise<{ stop(): Promise<void> }> {
  const { broker, service, consumer, log, ackWaitMs = ACK_WAIT_MS } = options;
  showEventMetrics();
  const durable = `${service}-${consumer.name}`;
  const stopping = new AbortController();
  const queue = keyedQueue(consumer.concurrency ?? CONCURRENCY);
  const handle = deliveryHandler({ ...options, durable, signal: stopping.signal });
  const held = new Set<Delivery>();
  /** When the service stops, many events go back at once: none waits for another. */
  const goingBack: Promise<void>[] = [];
  const consumptions: Consumption[] = [];

  function take(delivery: Delivery): void {
    held.add(delivery);
    const key = delivery.headers['ce-subject'] ?? delivery.headers['ce-id'] ?? String(delivery.sequence);
    queue.add(key, async () => {
      const settled = settle(delivery);
      if (stopping.signal.aborted) goingBack.push(settled);
      else await settled;
    });
  }

  async function settle(delivery: Delivery): Promise<void> {
    try {
      await handle(delivery);
    } catch (error) {
      // Neither acknowledged nor given back: the broker brings it again after its wait.
      log.error({ err: error, consumer: durable }, 'could not settle an event');
    } finally {
      held.delete(delivery);
    }
  }

  async function read(stream: string, subscriptions: Subscription[]): Promise<void> {
    const subjects = subscriptions.map(({ schema }) => subjectOf(schema));
    while (!stopping.signal.aborted) {
      try {
        const plan = await streamPlanOf(ownerOf(subjects[0] ?? stream));
        for (const each of plan ? [deadLetterStream, plan] : [deadLetterStream]) await broker.ensureStream(each);
        const consumption = await broker.consume(
          { stream, durable, subjects, maxInFlight: MAX_IN_FLIGHT, ackWaitMs },
          take,
        );
        if (stopping.signal.aborted) await consumption.stop();
        else consumptions.push(consumption);
        log.info({ consumer: durable, stream }, 'consuming events');
        return;
      } catch (error) {
        log.warn({ err: error, consumer: durable, stream }, 'cannot consume yet');
        await pause(RETRY_MS, stopping.signal);
      }
    }
  }

  const byStream = Map.groupBy(consumer.subjects, ({ schema }) => streamOf(schema));
  const reading = Promise.all([...byStream].map(([stream, subscriptions]) => read(stream, subscriptions)));
  await Promise.race([reading, pause(START_WITHIN_MS, stopping.signal)]);
  // Events that wait here for their turn are not to be handed out again.
  const reporting = setInterval(() => {
    for (const delivery of held) delivery.working();
  }, ackWaitMs / 3);

  return {
    async stop() {
      stopping.abort();
      await Promise.all(consumptions.map((consumption) => consumption.stop()));
      await queue.idle();
      await Promise.all(goingBack);
      clearInterval(reporting);
    },
  };
}
