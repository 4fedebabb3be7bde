import {
  AckPolicy,
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  NatsError,
  nanos,
  type Subscription,
} from 'nats';
import type { ConsumerPlan, Delivery } from './broker.ts';
import { natsGivenBack } from './nats-given-back.ts';
import { fromHeaders } from './nats-headers.ts';
import { within } from './within.ts';

const END_WITHIN_MS = 5000;

/**
 * Reads one durable consumer with the callback form, which is two to three times as fast as the iterator. `restart` makes consumer and pull anew: after a
 * reconnection the client alone may wait for half a minute before it asks for messages again.
 */
export async function natsConsumption(options: {
  jetstream: JetStreamClient;
  manager: JetStreamManager;
  plan: ConsumerPlan;
  take: (delivery: Delivery) => void;
  /** A broker that is away is not waited for. */
  connected: () => boolean;
}): Promise<{ restart(): Promise<void>; stop(): Promise<void> }> {
  const { jetstream, manager, plan, take, connected } = options;
  let messages: ConsumerMessages | undefined;
  let ended: Promise<void> | undefined;
  let lastGivenBack = Promise.resolve();
  let started = Promise.resolve();

  const patienceMs = () => (connected() ? END_WITHIN_MS : 0);

  async function start(): Promise<void> {
    await ensureConsumer(manager, plan);
    const givenBack = await natsGivenBack(jetstream, plan);
    const consumer = await jetstream.consumers.get(plan.stream, plan.durable);
    if (ended) return;
    messages?.stop();
    messages = await consumer.consume({
      max_messages: plan.maxInFlight,
      expires: 10_000,
      callback: (message) => take(toDelivery(message, { tries: givenBack.tries, giveBack })),
    });

    /** In the order they were given back, so that those of one aggregate come in order; and not while they would come here again. */
    function giveBack(message: JsMsg, failed: number): Promise<void> {
      // What the broker cannot remember counts as a try.
      const remembered = within(patienceMs(), givenBack.remember(message, failed));
      lastGivenBack = Promise.all([remembered, lastGivenBack, ended]).then(() => tell(() => message.nak()));
      return lastGivenBack;
    }
  }

  /**
   * Takes what the broker has already sent, no more: closing alone drops it, and the broker would hand it out again only after its wait for an acknowledgement. The
   * library knows no such end, but its subscription does.
   */
  async function end(): Promise<void> {
    const { sub } = messages as ConsumerMessages & { sub?: Subscription };
    if (sub && !sub.isClosed()) await sub.drain();
    // Asked about a consumer, the broker forgets requests for messages that nobody listens for. It would try the first message given back on them, and put it last.
    await manager.consumers.info(plan.stream, plan.durable);
  }

  /** One after the other: two at a time would each end the reading before them, and leave the other's to go on for ever. */
  function restart(): Promise<void> {
    started = started.catch(() => undefined).then(start);
    return started;
  }

  await restart();
  return {
    restart,
    async stop() {
      ended = within(patienceMs(), started.catch(() => undefined).then(end));
      await ended;
      await messages?.close();
    },
  };
}

async function ensureConsumer(manager: JetStreamManager, plan: ConsumerPlan): Promise<void> {
  const wanted = {
    filter_subjects: plan.subjects,
    ack_wait: nanos(plan.ackWaitMs),
    max_ack_pending: plan.maxInFlight,
    // Tries are counted and ended by the consumer itself, which then keeps the message as a dead letter; the broker would only drop it.
    max_deliver: -1,
  };
  try {
    await manager.consumers.update(plan.stream, plan.durable, wanted);
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.code !== 404) throw error;
    await manager.consumers.add(plan.stream, {
      durable_name: plan.durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ...wanted,
    });
  }
}

function toDelivery(
  message: JsMsg,
  back: { tries(message: JsMsg): Promise<number>; giveBack(message: JsMsg, failed: number): Promise<void> },
): Delivery {
  const { info } = message;
  return {
    subject: message.subject,
    headers: fromHeaders(message.headers),
    payload: message.data,
    stream: info.stream,
    sequence: message.seq,
    storedAt: new Date(info.timestampNanos / 1e6),
    deliveries: info.deliveryCount,
    tries: () => back.tries(message),
    ack: () => tell(() => message.ack()),
    giveBack: (failed) => back.giveBack(message, failed),
    working: () => tell(() => message.working()),
  };
}

/** A word that a closed connection cannot carry needs no answer: the broker, hearing nothing, hands the message out again. */
function tell(word: () => void): void {
  try {
    word();
  } catch (error) {
    if (!(error instanceof NatsError)) throw error;
  }
}
