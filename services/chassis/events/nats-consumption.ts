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
import { fromHeaders } from './nats-headers.ts';
import { pause } from './pause.ts';

const GIVE_BACK_AFTER_MS = 100;
const LAST_MESSAGES_MS = 1_000;

/**
 * Reads one durable consumer with the callback form, which is two to three times as fast as the iterator. `restart` makes consumer and pull anew: after a
 * reconnection the client alone may wait for half a minute before it asks for messages again.
 */
export async function natsConsumption(options: {
  jetstream: JetStreamClient;
  manager: JetStreamManager;
  plan: ConsumerPlan;
  take: (delivery: Delivery) => void;
}): Promise<{ restart(): Promise<void>; stop(): Promise<void> }> {
  const { jetstream, manager, plan, take } = options;
  let messages: ConsumerMessages | undefined;
  let stopped = false;

  async function start(): Promise<void> {
    await ensureConsumer(manager, plan);
    const consumer = await jetstream.consumers.get(plan.stream, plan.durable);
    if (stopped) return;
    messages?.stop();
    messages = await consumer.consume({
      max_messages: plan.maxInFlight,
      expires: 10_000,
      callback: (message) => take(toDelivery(message)),
    });
  }

  await start();
  return {
    restart: start,
    async stop() {
      stopped = true;
      if (messages) await lastMessages(messages);
      await messages?.close();
    },
  };
}

/**
 * Takes what the broker has already sent, no more: closing alone drops it, and the broker would hand it out again only after its wait for an acknowledgement. The
 * library knows no such end, but its subscription does.
 */
async function lastMessages(messages: ConsumerMessages): Promise<void> {
  const { sub } = messages as ConsumerMessages & { sub?: Subscription };
  if (!sub || sub.isClosed()) return;
  const patience = new AbortController();
  // A broker that is away cannot say that this was all.
  await Promise.race([sub.drain().catch(() => undefined), pause(LAST_MESSAGES_MS, patience.signal)]);
  patience.abort();
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

function toDelivery(message: JsMsg): Delivery {
  const { info } = message;
  return {
    subject: message.subject,
    headers: fromHeaders(message.headers),
    payload: message.data,
    stream: info.stream,
    sequence: message.seq,
    storedAt: new Date(info.timestampNanos / 1e6),
    deliveries: info.deliveryCount,
    ack: () => tell(() => message.ack()),
    giveBack: () => tell(() => message.nak(GIVE_BACK_AFTER_MS)),
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
