/** Decides what becomes of one delivered event: handled, skipped, tried again or put with the dead letters. It is acknowledged last. */
import { databaseAway } from '../db/database-away.ts';
import { crashPoint } from '../faults/crash-points.ts';
import type { Logger } from '../log.ts';
import type { Broker, Delivery } from './broker.ts';
import { deadLetterOf, REPLAY_FOR } from './dead-letter.ts';
import { inEventContext } from './event-context.ts';
import { eventAge, handled, handlingFailures } from './event-metrics.ts';
import { pause } from './pause.ts';
import type { Consumer, EventMeta, Subscription } from './subscription.ts';
import { TimeIsUp } from './time-limit.ts';

const MAX_ATTEMPTS = 5;
const BACK_OFF_MS = [100, 400, 1600, 6400];
const LIMIT_MS = 30_000;
/** Between two questions how often an event was tried. */
const ASK_AGAIN_MS = { first: 100, longest: 5000 };

export function deliveryHandler(options: {
  broker: Broker;
  service: string;
  consumer: Consumer;
  durable: string;
  log: Logger;
  signal: AbortSignal;
  backOffMs?: readonly number[];
  databaseAnswers?: (() => Promise<boolean>) | undefined;
}): (delivery: Delivery) => Promise<void> {
  const { broker, service, consumer, durable, log, signal, databaseAnswers } = options;
  const backOff = options.backOffMs ?? BACK_OFF_MS;
  const { limitMs = LIMIT_MS } = consumer;
  const subscriptions = new Map(consumer.subjects.map((each) => [each.schema.typeName, each]));

  function settle(delivery: Delivery, outcome: 'handled' | 'skipped' | 'dead'): void {
    delivery.ack();
    handled.inc({ consumer: durable, outcome });
  }

  async function bury(delivery: Delivery, attempts: number, error: unknown): Promise<void> {
    log.error({ err: error, consumer: durable, event: delivery.headers['ce-id'], attempts }, 'event is a dead letter');
    await broker.publish(deadLetterOf({ delivery, service, consumer: consumer.name, durable, attempts, error }));
    settle(delivery, 'dead');
  }

  /** Asks until the broker answers: an event that is left instead comes again as one that was tried. Undefined when the service stops. */
  async function triesOf(delivery: Delivery): Promise<number | undefined> {
    for (let wait = ASK_AGAIN_MS.first; !signal.aborted; wait = Math.min(2 * wait, ASK_AGAIN_MS.longest)) {
      try {
        return await delivery.tries();
      } catch (error) {
        log.warn({ err: error, consumer: durable, event: delivery.headers['ce-id'] }, 'cannot count tries yet');
        delivery.working();
        await pause(wait, signal);
      }
    }
    return undefined;
  }

  /** Whether a try failed for want of the database. A try that had no answer in time may have asked too much: then the database answers others. */
  async function wantedDatabase(error: unknown): Promise<boolean> {
    if (databaseAway(error)) return true;
    return error instanceof TimeIsUp && databaseAnswers !== undefined && !(await databaseAnswers());
  }

  /** Tries until it succeeds, the tries are used up, or the service stops. The key stays taken, so that later events of the aggregate wait. */
  async function tryHandling(delivery: Delivery, subscription: Subscription, meta: EventMeta): Promise<void> {
    for (let failed = 0, away = 0; ; ) {
      if (signal.aborted) return delivery.giveBack(failed);
      const attempts = meta.attempts + failed;
      if (attempts > MAX_ATTEMPTS) return bury(delivery, attempts - 1, new Error('Every try ended without an answer'));
      try {
        const about = { ...meta, attempts };
        await inEventContext({ consumer: durable, limitMs }, about, delivery.headers.traceparent, () =>
          subscription.handle(delivery.payload, about),
        );
        crashPoint(`consumer:${durable}:handled`);
        settle(delivery, 'handled');
        eventAge.observe({ consumer: durable }, (Date.now() - meta.time.getTime()) / 1000);
        return;
      } catch (error) {
        handlingFailures.inc({ consumer: durable });
        // A database that is away says nothing against the event, however long that lasts.
        const counts = !(await wantedDatabase(error));
        if (counts && attempts >= MAX_ATTEMPTS) return bury(delivery, attempts, error);
        log.warn({ err: error, consumer: durable, event: meta.id, type: meta.type, attempts }, 'handling failed');
        delivery.working();
        if (counts) failed++;
        else away++;
        await pause(backOff[(counts ? attempts : away) - 1] ?? backOff.at(-1) ?? 0, signal);
      }
    }
  }

  return async (delivery) => {
    const { headers, payload } = delivery;
    const replayedFor = headers[REPLAY_FOR];
    const subscription = subscriptions.get(headers['ce-type'] ?? delivery.subject);
    if (!subscription || (replayedFor !== undefined && replayedFor !== durable)) return settle(delivery, 'skipped');
    const tries = await triesOf(delivery);
    if (tries === undefined) return delivery.giveBack(0);
    const attempts = 1 + tries;
    const meta = metaOf(delivery, attempts);
    if (meta instanceof Error) return bury(delivery, attempts, meta);
    try {
      subscription.check(payload);
    } catch (error) {
      return bury(delivery, attempts, error);
    }
    await tryHandling(delivery, subscription, meta);
  };
}

function metaOf({ headers, subject, storedAt }: Delivery, attempts: number): EventMeta | Error {
  const id = headers['ce-id'];
  if (!id) return new Error('The message has no ce-id header');
  const time = new Date(headers['ce-time'] ?? storedAt);
  return {
    id,
    type: headers['ce-type'] ?? subject,
    subject: headers['ce-subject'] ?? id,
    time: Number.isNaN(time.getTime()) ? storedAt : time,
    attempts,
    correlationId: headers['ce-correlationid'] ?? id,
    causationId: headers['ce-causationid'],
  };
}
