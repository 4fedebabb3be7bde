/** Hands a read model everything the streams hold, as its consumer would have, so that it can be built anew. */
import type { Broker, StoredMessage } from '#chassis/events/broker.ts';
import { streamPlanOf } from '#chassis/events/streams.ts';
import { ownerOf, subjectOf } from '#chassis/events/subject.ts';
import type { EventMeta, Subscription } from '#chassis/events/subscription.ts';

/** Answers how many events there were. */
export type ReplayFrom = (subscriptions: readonly Subscription[]) => Promise<number>;

/** Events handled at a time. Their order does not matter to a read model that compares versions. */
const IN_FLIGHT = 32;

/** Replays over a connection opened for the purpose: rebuilds are rare. */
export function replayStreams(open: () => Promise<Broker>): ReplayFrom {
  return async (subscriptions) => {
    const broker = await open();
    try {
      let events = 0;
      for (const [owner, wanted] of Map.groupBy(subscriptions, ({ schema }) => ownerOf(schema))) {
        const plan = await streamPlanOf(owner);
        if (!plan) continue;
        await broker.ensureStream(plan);
        events += await replay(broker, plan.name, wanted);
      }
      return events;
    } finally {
      await broker.close();
    }
  };
}

async function replay(broker: Broker, stream: string, subscriptions: readonly Subscription[]): Promise<number> {
  const bySubject = new Map(subscriptions.map((each) => [subjectOf(each.schema), each]));
  const running = new Set<Promise<void>>();
  let events = 0;
  for await (const message of broker.stored(stream, [...bySubject.keys()])) {
    const subscription = bySubject.get(message.subject);
    if (!subscription) continue;
    events++;
    const work: Promise<void> = subscription
      .handle(message.payload, metaOf(message))
      .finally(() => running.delete(work));
    running.add(work);
    if (running.size >= IN_FLIGHT) await Promise.race(running);
  }
  await Promise.all(running);
  return events;
}

function metaOf({ headers, subject, storedAt }: StoredMessage): EventMeta {
  const id = headers['ce-id'] ?? '';
  return {
    id,
    type: headers['ce-type'] ?? subject,
    subject: headers['ce-subject'] ?? id,
    time: headers['ce-time'] ? new Date(headers['ce-time']) : storedAt,
    attempts: 1,
    correlationId: headers['ce-correlationid'] ?? id,
    causationId: headers['ce-causationid'],
  };
}
