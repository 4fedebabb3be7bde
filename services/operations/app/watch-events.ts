/** Lets an operator watch events go by: some of those that were stored, then each that comes. */
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { NatsConnection } from 'nats';
import type { Event } from '#gen/tradewind/operations/v1/operations_pb.ts';

/** A stream to read, from where on. */
export type From = { last: number } | { since: Date };

/** What reads streams. */
export interface Events {
  stored(connection: NatsConnection, stream: string, from: From, take: (event: Event) => boolean): Promise<void>;
  tail(connection: NatsConnection, streams: readonly string[], take: (event: Event) => void): Promise<() => void>;
  streams(connection: NatsConnection): Promise<string[]>;
}

export interface EventFilter {
  type: string;
  aggregateId: string;
  correlationId: string;
  last: number;
}

/** How far back it looks for the last ones, in each stream. */
const LOOK_BACK = 1_000;
/** How many wait for a reader before some are left out. */
const MOST_WAITING = 500;

export async function* watchEvents(
  connection: NatsConnection,
  events: Events,
  filter: EventFilter,
  signal: AbortSignal,
): AsyncIterable<{ event?: Event; leftOut?: bigint }> {
  const waiting: Event[] = [];
  let leftOut = 0n;
  let arrived = Promise.withResolvers<void>();
  const over = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    void connection.closed().then(() => resolve());
  });
  const streams = await events.streams(connection);
  // It begins before the stored ones are read, so that none is missed between.
  const stop = await events.tail(connection, streams, (event) => {
    if (!matches(event, filter)) return;
    if (waiting.length < MOST_WAITING) waiting.push(event);
    else leftOut += 1n;
    arrived.resolve();
  });
  try {
    yield {};
    const shown = new Set<string>();
    for (const event of filter.last > 0 ? await lastOf(connection, events, streams, filter) : []) {
      shown.add(keyOf(event));
      yield { event };
    }
    while (!signal.aborted && !connection.isClosed()) {
      for (let event = waiting.shift(); event; event = waiting.shift()) if (!shown.has(keyOf(event))) yield { event };
      if (leftOut > 0n) {
        const told = leftOut;
        leftOut = 0n;
        yield { leftOut: told };
      }
      if (waiting.length > 0) continue;
      arrived = Promise.withResolvers();
      await Promise.race([arrived.promise, over]);
    }
  } finally {
    stop();
  }
}

async function lastOf(connection: NatsConnection, events: Events, streams: readonly string[], filter: EventFilter) {
  const found: Event[] = [];
  const each = streams.map((stream) =>
    events.stored(connection, stream, { last: LOOK_BACK }, (event) => {
      if (matches(event, filter)) found.push(event);
      return true;
    }),
  );
  await Promise.all(each);
  return found.toSorted(byStoreTime).slice(-filter.last);
}

const keyOf = ({ stream, sequence }: Event) => `${stream} ${sequence}`;

const storedAt = ({ storeTime }: Event) => (storeTime ? timestampMs(storeTime) : 0);

function byStoreTime(one: Event, other: Event): number {
  return storedAt(one) - storedAt(other);
}

function matches(event: Event, { type, aggregateId, correlationId }: EventFilter): boolean {
  if (type !== '' && !event.type.includes(type)) return false;
  if (aggregateId !== '' && event.aggregateId !== aggregateId) return false;
  return correlationId === '' || event.correlationId === correlationId;
}
