import type { Broker } from '#chassis/events/broker.ts';
import { deadLetterStream, streamPlanOf } from '#chassis/events/streams.ts';

/** Makes the streams that a service's events and what becomes of them are kept in. */
export async function ensureStreamsOf(broker: Broker, service: string): Promise<void> {
  const plan = await streamPlanOf(service);
  for (const each of plan ? [plan, deadLetterStream] : [deadLetterStream]) await broker.ensureStream(each);
}
