/** Keeps what could not be handled, with everything needed to understand it and to try again. */
import { createRegistry, type DescMessage, fromBinary, type JsonValue, toJson } from '@bufbuild/protobuf';
import { causesOf } from '../causes.ts';
import { withoutValues } from '../db/without-values.ts';
import type { Broker, Delivery, EventMessage, StoredMessage } from './broker.ts';
import { deadLetterStream } from './streams.ts';

/** Names the one consumer a replayed event is for; the others have handled it. */
export const REPLAY_FOR = 'tw-replay-for';

const PREFIX = 'tw-dead-';

/** A message that was given up. */
export interface DeadLetter {
  sequence: number;
  /** The event's id, type and aggregate. */
  id: string;
  type: string;
  subject: string;
  service: string;
  consumer: string;
  error: string;
  attempts: number;
  /** Where it was read; 0 when it never got there. */
  stream: string;
  streamSequence: number;
  time: Date;
  headers: Record<string, string>;
  payload: Uint8Array;
}

/** The dead letter of a delivery that a consumer gave up. Made twice it is stored once. */
export function deadLetterOf(given: {
  delivery: Delivery;
  service: string;
  consumer: string;
  durable: string;
  attempts: number;
  error: unknown;
}): EventMessage {
  const { delivery, service, consumer, durable, attempts, error } = given;
  const origin = { stream: delivery.stream, sequence: delivery.sequence, consumer: durable };
  return letter({ message: delivery, service, consumer, attempts, error, origin });
}

/** The dead letter of an outbox row that the broker refused. */
export function deadLetterOfRow(given: {
  message: EventMessage;
  service: string;
  attempts: number;
  error: unknown;
}): EventMessage {
  return letter({ ...given, consumer: 'outbox', origin: { stream: '', sequence: 0, consumer: given.message.id } });
}

function letter(given: {
  message: Pick<EventMessage, 'subject' | 'headers' | 'payload'>;
  service: string;
  consumer: string;
  attempts: number;
  error: unknown;
  origin: { stream: string; sequence: number; consumer: string };
}): EventMessage {
  const { message, service, consumer, origin } = given;
  const { 'Nats-Msg-Id': _, ...kept } = message.headers;
  return {
    id: `dead:${origin.consumer}:${origin.stream}:${origin.sequence}`,
    subject: `tradewind.dead-letters.${service}.${consumer}`,
    payload: message.payload,
    headers: {
      ...kept,
      [`${PREFIX}subject`]: message.subject,
      [`${PREFIX}consumer`]: origin.consumer,
      [`${PREFIX}error`]: oneLine(withoutValues(given.error)),
      [`${PREFIX}attempts`]: String(given.attempts),
      [`${PREFIX}stream`]: origin.stream,
      [`${PREFIX}stream-seq`]: String(origin.sequence),
      [`${PREFIX}time`]: new Date().toISOString(),
    },
  };
}

/** The tools of an operator: look, try again, or let go. */
export interface DeadLetters {
  list(filter?: { service?: string; consumer?: string }): AsyncIterable<DeadLetter>;
  find(sequence: number): Promise<DeadLetter | undefined>;
  /** Sends the event again to the consumer that gave it up, then forgets the dead letter. Repeating it has no second effect. False when it is gone. */
  replay(sequence: number): Promise<boolean>;
  /** Lets go of a dead letter. The reason is what the caller logs. False when it is gone. */
  discard(sequence: number): Promise<boolean>;
}

export function deadLetters(broker: Broker): DeadLetters {
  const { name } = deadLetterStream;
  async function find(sequence: number): Promise<DeadLetter | undefined> {
    const stored = await broker.find(name, sequence);
    return stored && parse(stored);
  }
  return {
    find,
    async *list(filter = {}) {
      const subject = `tradewind.dead-letters.${filter.service ?? '*'}.${filter.consumer ?? '*'}`;
      for await (const stored of broker.stored(name, [subject])) yield parse(stored);
    },
    async replay(sequence) {
      const dead = await find(sequence);
      if (!dead) return false;
      const original = Object.entries(dead.headers).filter(([header]) => !header.startsWith(PREFIX));
      const headers = Object.fromEntries(original);
      if (dead.consumer !== 'outbox') headers[REPLAY_FOR] = `${dead.service}-${dead.consumer}`;
      await broker.publish({
        // The same for each repeat, and not the first publication's, which the broker would take for a duplicate.
        id: `replay:${sequence}:${dead.id}`,
        subject: dead.headers[`${PREFIX}subject`] ?? dead.type,
        headers,
        payload: dead.payload,
      });
      await broker.remove(name, sequence);
      return true;
    },
    async discard(sequence) {
      if (!(await find(sequence))) return false;
      await broker.remove(name, sequence);
      return true;
    },
  };
}

/** The payload as JSON by its contract; undefined when the type is not among `schemas` or the payload is not of it. */
export function decoded(dead: DeadLetter, schemas: readonly DescMessage[]): JsonValue | undefined {
  const schema = schemas.find((each) => each.typeName === dead.type);
  if (!schema) return undefined;
  try {
    return toJson(schema, fromBinary(schema, dead.payload), { registry: createRegistry(...schemas) });
  } catch {
    return undefined;
  }
}

function parse({ subject, sequence, headers, payload, storedAt }: StoredMessage): DeadLetter {
  const [, , service = '', consumer = ''] = subject.split('.');
  const { 'Nats-Msg-Id': _, ...kept } = headers;
  const dead = (name: string) => headers[`${PREFIX}${name}`] ?? '';
  return {
    sequence,
    id: headers['ce-id'] ?? '',
    type: headers['ce-type'] ?? dead('subject'),
    subject: headers['ce-subject'] ?? '',
    service,
    consumer,
    error: dead('error'),
    attempts: Number(dead('attempts')),
    stream: dead('stream'),
    streamSequence: Number(dead('stream-seq')),
    time: new Date(dead('time') || storedAt),
    headers: kept,
    payload,
  };
}

/** An error with its causes as one line of printable ASCII, as a header needs it. */
function oneLine(error: unknown): string {
  return causesOf(error)
    .map((cause) => (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)))
    .join(' <- ')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 1000);
}
