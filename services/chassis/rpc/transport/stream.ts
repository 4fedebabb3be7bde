import { Code, ConnectError } from '@connectrpc/connect';
import type { Client, Metadata, ServiceError, StatusObject } from '@grpc/grpc-js';
import { connectErrorOf } from './status-error.ts';
import { identity } from './unary.ts';

/** The parts of a grpc-js call that streaming needs, whichever way it streams. */
interface GrpcCall {
  cancel(): void;
  on(event: 'metadata', listener: (metadata: Metadata) => void): unknown;
  on(event: 'status', listener: (status: StatusObject) => void): unknown;
}
interface Readable {
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: ServiceError) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}
interface Writable {
  write(bytes: Buffer): boolean;
  end(): unknown;
  once(event: 'drain' | 'status', listener: () => void): unknown;
  off(event: 'drain' | 'status', listener: () => void): unknown;
}

export interface StreamReply {
  header: Metadata | undefined;
  /** Filled in when the messages have been read. */
  readonly trailer: Metadata | undefined;
  messages: AsyncIterable<Buffer>;
}

export interface StreamCall {
  kind: 'client_streaming' | 'server_streaming' | 'bidi_streaming';
  path: string;
  metadata: Metadata;
  deadline: number | undefined;
  signal: AbortSignal | undefined;
}

const HIGH_WATER_MARK = 16;

/** Runs a streaming call: messages go out as the peer takes them, and come in as the caller takes them. Throws ConnectError. */
export async function sendStream(
  client: Client,
  spec: StreamCall,
  requests: AsyncIterable<Buffer>,
): Promise<StreamReply> {
  const inbox = new Inbox();
  const call = await open(client, spec, requests, inbox);
  const cancel = () => call.cancel();
  if (spec.signal?.aborted) cancel();
  spec.signal?.addEventListener('abort', cancel, { once: true });
  inbox.onReturn = cancel;
  let trailer: Metadata | undefined;
  const header = await new Promise<Metadata | undefined>((resolve) => {
    call.on('metadata', resolve);
    call.on('status', (status) => {
      trailer = status.metadata;
      spec.signal?.removeEventListener('abort', cancel);
      resolve(undefined);
    });
  });
  return {
    header,
    get trailer() {
      return trailer;
    },
    messages: inbox,
  };
}

async function open(
  client: Client,
  spec: StreamCall,
  requests: AsyncIterable<Buffer>,
  inbox: Inbox,
): Promise<GrpcCall> {
  const { path, metadata, deadline } = spec;
  const options = deadline === undefined ? {} : { deadline };
  if (spec.kind === 'server_streaming') {
    const call = client.makeServerStreamRequest(path, identity, identity, await single(requests), metadata, options);
    inbox.readFrom(call);
    return call;
  }
  if (spec.kind === 'client_streaming') {
    const call = client.makeClientStreamRequest(path, identity, identity, metadata, options, (error, bytes) => {
      if (bytes !== undefined) inbox.push(bytes);
      inbox.finish(error);
    });
    pump(requests, call).catch((error: unknown) => inbox.abandon(error, call));
    return call;
  }
  const call = client.makeBidiStreamRequest(path, identity, identity, metadata, options);
  inbox.readFrom(call);
  pump(requests, call).catch((error: unknown) => inbox.abandon(error, call));
  return call;
}

async function single(requests: AsyncIterable<Buffer>): Promise<Buffer> {
  for await (const request of requests) return request;
  throw new ConnectError('a server-streaming call needs one request', Code.InvalidArgument);
}

/** Writes every request, no faster than the peer takes them, and stops when the call has ended. */
async function pump(requests: AsyncIterable<Buffer>, call: Writable): Promise<void> {
  let ended = false;
  call.once('status', () => {
    ended = true;
  });
  for await (const request of requests) {
    if (ended) return;
    if (!call.write(request)) await drained(call, () => ended);
  }
  call.end();
}

function drained(call: Writable, ended: () => boolean): Promise<void> {
  if (ended()) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      call.off('drain', done);
      call.off('status', done);
      resolve();
    };
    call.once('drain', done);
    call.once('status', done);
  });
}

/** Messages received and not yet read. grpc-js emits a failure before the messages that preceded it are read; here it comes last. */
class Inbox implements AsyncIterable<Buffer> {
  onReturn: () => void = () => {};
  readonly #queue: Buffer[] = [];
  #source: Readable | undefined;
  #failure: unknown;
  #finished = false;
  #wake: () => void = () => {};

  readFrom(source: Readable): void {
    this.#source = source;
    let failure: ServiceError | null = null;
    source.on('error', (error) => {
      failure = error;
    });
    source.on('end', () => this.finish(failure));
    source.on('data', (bytes) => this.push(bytes));
  }

  push(bytes: Buffer): void {
    this.#queue.push(bytes);
    if (this.#queue.length >= HIGH_WATER_MARK) this.#source?.pause();
    this.#wake();
  }

  finish(error: ServiceError | null): void {
    this.#failure ??= error === null ? undefined : connectErrorOf(error);
    this.#finished = true;
    this.#wake();
  }

  /** The caller's own messages could not be read: the call is cancelled, and the caller sees why. */
  abandon(error: unknown, call: { cancel(): void }): void {
    this.#failure ??= error;
    call.cancel();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const bytes = this.#queue.shift();
        if (bytes !== undefined) {
          if (this.#queue.length < HIGH_WATER_MARK / 2) this.#source?.resume();
          yield bytes;
        } else if (this.#finished) {
          if (this.#failure !== undefined) throw this.#failure;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      if (!this.#finished) this.onReturn();
    }
  }
}
