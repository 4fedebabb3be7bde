/** Reads events as an onlooker: from their streams, with consumers that nobody remembers. */

import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { AckPolicy, DeliverPolicy, type JsMsg, type NatsConnection, nanos, ReplayPolicy } from 'nats';
import { fromHeaders } from '#chassis/events/nats-headers.ts';
import { streamOfService } from '#chassis/events/subject.ts';
import { type Event, EventSchema } from '#gen/tradewind/operations/v1/operations_pb.ts';

/** A stream to read, from where on. */
export type From = { last: number } | { since: Date };

export interface EventReader {
  /** Reads what a stream holds from there to its present end, oldest first, and stops when `take` answers false. */
  stored(connection: NatsConnection, stream: string, from: From, take: (event: Event) => boolean): Promise<void>;
  /** Hands over each event that comes from now on, of any stream, until stopped. */
  tail(connection: NatsConnection, streams: readonly string[], take: (event: Event) => void): Promise<() => void>;
}

const AT_A_TIME = 200;
const FORGET_AFTER_MS = 30_000;

export function eventReader(payloadJson: (type: string, payload: Uint8Array) => string): EventReader {
  const eventOf = (message: JsMsg): Event => {
    const headers = fromHeaders(message.headers);
    const type = headers['ce-type'] ?? message.subject;
    const time = new Date(headers['ce-time'] ?? '');
    const storeTime = new Date(message.info.timestampNanos / 1e6);
    return create(EventSchema, {
      stream: message.info.stream,
      sequence: BigInt(message.seq),
      id: headers['ce-id'] ?? '',
      type,
      aggregateId: headers['ce-subject'] ?? '',
      correlationId: headers['ce-correlationid'] ?? '',
      causationId: headers['ce-causationid'] ?? '',
      traceId: headers.traceparent?.split('-')[1] ?? '',
      time: timestampFromDate(Number.isNaN(time.getTime()) ? storeTime : time),
      storeTime: timestampFromDate(storeTime),
      payloadJson: payloadJson(type, message.data),
      headers,
    });
  };

  return {
    async stored(connection, stream, from, take) {
      const manager = await connection.jetstreamManager({ checkAPI: false });
      const { state } = await manager.streams.info(stream);
      const start =
        'since' in from
          ? { deliver_policy: DeliverPolicy.StartTime, opt_start_time: from.since.toISOString() }
          : {
              deliver_policy: DeliverPolicy.StartSequence,
              opt_start_seq: Math.max(state.first_seq, state.last_seq - from.last + 1, 1),
            };
      const { name, num_pending } = await manager.consumers.add(stream, {
        ...start,
        ack_policy: AckPolicy.None,
        replay_policy: ReplayPolicy.Instant,
        inactive_threshold: nanos(FORGET_AFTER_MS),
        mem_storage: true,
      });
      try {
        const consumer = await connection.jetstream().consumers.get(stream, name);
        for (let left = num_pending; left > 0; ) {
          let read = 0;
          for await (const message of await consumer.fetch({
            max_messages: Math.min(left, AT_A_TIME),
            expires: 3_000,
          })) {
            read += 1;
            left = message.info.pending;
            if (!take(eventOf(message))) return;
          }
          // What was pending may have been removed meanwhile.
          if (read === 0) return;
        }
      } finally {
        await manager.consumers.delete(stream, name).catch(() => undefined);
      }
    },

    async tail(connection, streams, take) {
      const jetstream = connection.jetstream();
      const consumers = await Promise.all(
        streams.map((stream) => jetstream.consumers.get(stream, { deliver_policy: DeliverPolicy.New })),
      );
      const readings = await Promise.all(
        consumers.map((consumer) => consumer.consume({ callback: (message) => take(eventOf(message)) })),
      );
      return () => {
        for (const reading of readings) void reading.close();
      };
    },
  };
}

/** The streams that services publish to; those that are not there yet are left out. */
export async function eventStreams(connection: NatsConnection, owners: readonly string[]): Promise<string[]> {
  const manager = await connection.jetstreamManager({ checkAPI: false });
  const names = new Set(await Array.fromAsync(manager.streams.names()));
  return owners.map(streamOfService).filter((name) => names.has(name));
}
