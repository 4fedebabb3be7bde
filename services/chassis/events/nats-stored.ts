import { AckPolicy, DeliverPolicy, type JetStreamClient, type JetStreamManager, nanos } from 'nats';
import type { StoredMessage } from './broker.ts';
import { fromHeaders } from './nats-headers.ts';

const AT_A_TIME = 500;
const FORGET_AFTER_MS = 30_000;

/** Reads what a stream holds of some subjects, through a consumer that lives as long as the reading. */
export async function* storedMessages(
  jetstream: JetStreamClient,
  manager: JetStreamManager,
  stream: string,
  subjects: string[],
): AsyncIterable<StoredMessage> {
  const { name, num_pending } = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
    filter_subjects: subjects,
    inactive_threshold: nanos(FORGET_AFTER_MS),
    mem_storage: true,
  });
  try {
    const consumer = await jetstream.consumers.get(stream, name);
    for (let left = num_pending; left > 0; ) {
      const batch = await consumer.fetch({ max_messages: Math.min(left, AT_A_TIME), expires: 5000 });
      let read = 0;
      for await (const message of batch) {
        read += 1;
        left = message.info.pending;
        yield {
          subject: message.subject,
          headers: fromHeaders(message.headers),
          payload: message.data,
          stream,
          sequence: message.seq,
          storedAt: new Date(message.info.timestampNanos / 1e6),
        };
      }
      // What was pending may have been removed meanwhile.
      if (read === 0) break;
    }
  } finally {
    await manager.consumers.delete(stream, name).catch(() => undefined);
  }
}
