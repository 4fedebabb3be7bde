import type { JetStreamClient, JsMsg } from 'nats';
import type { ConsumerPlan } from './broker.ts';
import { type GivenBack, triesBefore } from './given-back.ts';

const BUCKET = 'given-back';
const REMEMBERED_MS = 7 * 86_400_000;

/** Remembers, in a bucket that forgets by itself, what a durable consumer gave back: JetStream counts that as it counts a process that died. */
export async function natsGivenBack(
  jetstream: JetStreamClient,
  { stream, durable }: ConsumerPlan,
): Promise<{ tries(message: JsMsg): Promise<number>; remember(message: JsMsg, failed: number): Promise<void> }> {
  const bucket = await jetstream.views.kv(BUCKET, { ttl: REMEMBERED_MS });
  const key = ({ seq }: JsMsg) => `${stream}.${durable}.${seq}`;

  async function tries(message: JsMsg): Promise<number> {
    const { deliveryCount } = message.info;
    if (deliveryCount === 1) return 0;
    return triesBefore(deliveryCount, (await bucket.get(key(message)))?.json<GivenBack>());
  }

  async function remember(message: JsMsg, failed: number): Promise<void> {
    const given: GivenBack = { deliveries: message.info.deliveryCount, tries: (await tries(message)) + failed };
    await bucket.put(key(message), JSON.stringify(given));
  }

  return { tries, remember };
}
