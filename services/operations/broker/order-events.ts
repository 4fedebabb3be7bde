/** Finds the events that have to do with an order, and what each consumer did with them. */
import { timestampDate, timestampMs } from '@bufbuild/protobuf/wkt';
import type { NatsConnection } from 'nats';
import type { DeadLetters } from '#chassis/events/dead-letter.ts';
import { type Event, EventHandlingState } from '#gen/tradewind/operations/v1/operations_pb.ts';
import type { Order } from '#gen/tradewind/orders/v1/orders_pb.ts';
import type { EventReader } from './event-reader.ts';

/** The most that are read in search of them. */
const MOST_READ = 50_000;
/** The clocks of services and broker may differ by so much. */
const CLOCKS_DIFFER_MS = 5_000;

/** Those about the order, those that name it, and those of the calls that these belong to. */
export async function orderEvents(
  connection: NatsConnection,
  reader: Pick<EventReader, 'stored'>,
  streams: readonly string[],
  { id, createTime }: Order,
): Promise<{ events: Event[]; cut: boolean }> {
  const placed = createTime ? timestampDate(createTime) : new Date(0);
  const since = new Date(placed.getTime() - CLOCKS_DIFFER_MS);
  const own: Event[] = [];
  const others: Event[] = [];
  let read = 0;
  const each = streams.map((stream) =>
    reader.stored(connection, stream, { since }, (event) => {
      read += 1;
      (names(event, id) ? own : others).push(event);
      return read < MOST_READ;
    }),
  );
  await Promise.all(each);
  const correlations = new Set(own.map(({ correlationId }) => correlationId).filter((text) => text !== ''));
  const related = others.filter(({ correlationId }) => correlations.has(correlationId));
  return { events: [...own, ...related].toSorted(byTime), cut: read >= MOST_READ };
}

const names = (event: Event, id: string) => event.aggregateId === id || event.payloadJson.includes(`"${id}"`);

const byTime = (one: Event, other: Event) => msOf(one) - msOf(other);
const msOf = ({ time }: Event) => (time ? timestampMs(time) : 0);

/** Reads once how far every consumer is; the answer then tells of any event of those streams. */
export async function handlingsOf(connection: NatsConnection, streams: readonly string[], letters: DeadLetters) {
  const manager = await connection.jetstreamManager({ checkAPI: false });
  const listed = await Promise.all(
    streams.map(async (stream) => ({ stream, consumers: await Array.fromAsync(manager.consumers.list(stream)) })),
  );
  const consumers = listed.flatMap(({ stream, consumers: all }) =>
    all
      .filter(({ config }) => config.durable_name !== undefined)
      .map(({ name, config, ack_floor }) => ({
        stream,
        name,
        wants: new Set(config.filter_subjects ?? [config.filter_subject ?? '']),
        done: BigInt(ack_floor.stream_seq),
      })),
  );
  const dead = new Set<string>();
  for await (const { service, consumer, stream, streamSequence } of letters.list())
    dead.add(`${service}-${consumer} ${stream} ${streamSequence}`);
  return (event: Event) =>
    consumers
      .filter(({ stream, wants }) => stream === event.stream && wants.has(event.type))
      .map(({ name, done }) => ({ consumer: name, state: stateOf(event, name, done, dead) }));
}

function stateOf(event: Event, consumer: string, done: bigint, dead: ReadonlySet<string>): EventHandlingState {
  if (dead.has(`${consumer} ${event.stream} ${event.sequence}`)) return EventHandlingState.DEAD;
  return event.sequence <= done ? EventHandlingState.HANDLED : EventHandlingState.WAITING;
}
