/** What the mesh asks of a broker, so that a service can be tested without one; `testing/broker-laws.ts` says what both kinds promise. */

/** An event as it travels: its id, its subject, metadata, the bare payload. */
export interface EventMessage {
  /** A second message with this id within the duplicate window is dropped. */
  id: string;
  subject: string;
  headers: Record<string, string>;
  payload: Uint8Array;
}

/** A message as a stream keeps it. */
export interface StoredMessage {
  subject: string;
  headers: Record<string, string>;
  payload: Uint8Array;
  stream: string;
  sequence: number;
  storedAt: Date;
}

/** A message handed to a consumer. It comes again unless it is acknowledged. */
export interface Delivery extends StoredMessage {
  /** How often it was handed out, this time included. */
  deliveries: number;
  /** Tries before this one: hand-outs that were never answered, and tries told of when it was given back. Asks the broker only if it was handed out before. */
  tries(): Promise<number>;
  ack(): void;
  /** Asks for it again at once, and has the broker remember how many tries failed: to be handed out is not yet a try. Settles when both are said. */
  giveBack(failed: number): Promise<void>;
  /** Asks for more time. */
  working(): void;
}

export interface StreamPlan {
  name: string;
  subjects: string[];
  /** 0 keeps messages for ever. */
  retentionDays: number;
}

/** A consumer that the broker remembers: what it has acknowledged never comes again, whoever reads under its name. */
export interface ConsumerPlan {
  stream: string;
  durable: string;
  subjects: string[];
  /** How many unacknowledged messages may be out. */
  maxInFlight: number;
  /** After this long without a word a message is handed out again. */
  ackWaitMs: number;
}

export interface Consumption {
  /** Takes no more messages. Those handed out may still be acknowledged. */
  stop(): Promise<void>;
}

export interface Broker {
  /** Makes a stream, or brings it to its plan. Harmless when repeated. */
  ensureStream(plan: StreamPlan): Promise<void>;
  /** Resolves when the message is stored. Rejects with BrokerUnavailable or BrokerRefused. */
  publish(message: EventMessage): Promise<void>;
  /** Calls `take` for each message until stopped, across lost connections and restarts of the broker. */
  consume(plan: ConsumerPlan, take: (delivery: Delivery) => void): Promise<Consumption>;
  /** What a stream holds of some subjects now, oldest first. */
  stored(stream: string, subjects: string[]): AsyncIterable<StoredMessage>;
  /** One message of a stream; undefined when it is gone. */
  find(stream: string, sequence: number): Promise<StoredMessage | undefined>;
  /** Removes a message that may be gone already: two may do so at once. */
  remove(stream: string, sequence: number): Promise<void>;
  /** Answers when the broker does. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The broker cannot be reached or cannot store now. Trying later is right; whether this try arrived is unknown. */
export class BrokerUnavailable extends Error {
  constructor(cause: unknown) {
    super('The broker cannot be reached', { cause });
    this.name = 'BrokerUnavailable';
  }
}

/** The broker will not take this message, however often it is asked. */
export class BrokerRefused extends Error {
  constructor(cause: unknown) {
    super(`The broker refused the message: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'BrokerRefused';
  }
}
