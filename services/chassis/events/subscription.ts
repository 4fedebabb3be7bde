import { type DescMessage, fromBinary, type Message, type MessageShape } from '@bufbuild/protobuf';

/** What is known of an event besides its payload. */
export interface EventMeta {
  id: string;
  /** Its full proto name. */
  type: string;
  /** The id of what it is about. */
  subject: string;
  /** When the fact was recorded. */
  time: Date;
  /** Tries of this consumer, this one included. */
  attempts: number;
  correlationId: string;
  causationId: string | undefined;
}

/** One event type and what to do with it. */
export interface Subscription {
  schema: DescMessage;
  handle(payload: Uint8Array, meta: EventMeta): Promise<void>;
  /** Throws when the payload is not of the type. */
  check(payload: Uint8Array): void;
}

/** A named reader of events, remembered by the broker as `<service>-<name>`. Its handlers may see an event more than once and must make that harmless. */
export interface Consumer {
  name: string;
  subjects: Subscription[];
  /** Events of different aggregates handled at a time. Those of one aggregate are handled one by one, in order. */
  concurrency?: number;
  /** A try that takes longer, by default half a minute, has failed: its statements and calls are ended. */
  limitMs?: number;
}

/** Handles events of one type. The promise that `handle` answers must settle after the effect is durable: only then is the event acknowledged. */
export function on<D extends DescMessage>(
  schema: D,
  handle: (event: MessageShape<D>, meta: EventMeta) => Promise<void>,
): Subscription {
  const decode = (payload: Uint8Array): Message => fromBinary(schema, payload);
  return {
    schema,
    check: (payload) => void decode(payload),
    handle: (payload, meta) => handle(decode(payload) as MessageShape<D>, meta),
  };
}
