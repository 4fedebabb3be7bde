/** Tells what streams hold and how far their consumers are. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ConsumerInfo, NatsConnection, StreamInfo } from 'nats';
import type { ConsumerStateSchema, StreamStateSchema } from '#gen/tradewind/operations/v1/operations_pb.ts';

/** Streams that stand for something else: buckets of keys and values. */
const INTERNAL = /^(KV|OBJ)_/;

/** Consumers that nobody named come and go with those who look. */
export async function streamStates(connection: NatsConnection): Promise<MessageInitShape<typeof StreamStateSchema>[]> {
  const manager = await connection.jetstreamManager({ checkAPI: false });
  const streams = (await Array.fromAsync(manager.streams.list())).filter(({ config }) => !INTERNAL.test(config.name));
  const states = streams.map(async (stream) => {
    const consumers = await Array.fromAsync(manager.consumers.list(stream.config.name));
    return stateOf(
      stream,
      consumers.filter(({ config }) => config.durable_name !== undefined),
    );
  });
  return (await Promise.all(states)).toSorted((a, b) => (a.name ?? '').localeCompare(b.name ?? ''));
}

function stateOf({ config, state }: StreamInfo, consumers: ConsumerInfo[]): MessageInitShape<typeof StreamStateSchema> {
  return {
    name: config.name,
    subjects: config.subjects,
    messages: BigInt(state.messages),
    bytes: BigInt(state.bytes),
    firstSequence: BigInt(state.first_seq),
    lastSequence: BigInt(state.last_seq),
    ...(state.messages > 0 && { lastTime: timestampFromDate(new Date(state.last_ts)) }),
    consumers: consumers.map(consumerOf).toSorted((a, b) => (a.name ?? '').localeCompare(b.name ?? '')),
  };
}

function consumerOf(info: ConsumerInfo): MessageInitShape<typeof ConsumerStateSchema> {
  const { filter_subjects, filter_subject } = info.config;
  return {
    name: info.name,
    subjects: filter_subjects ?? (filter_subject ? [filter_subject] : []),
    lag: BigInt(info.num_pending),
    unacknowledged: BigInt(info.num_ack_pending),
    redelivered: BigInt(info.num_redelivered),
    waitingRequests: BigInt(info.num_waiting),
  };
}
