import { Code, ConnectError } from '@connectrpc/connect';
import type { Client, Metadata, StatusObject } from '@grpc/grpc-js';
import { Received } from './received.ts';
import { connectErrorOf } from './status-error.ts';
import { identity } from './unary.ts';

/** The one gRPC status that is none of Connect's error codes. */
const OK = 0;

/** The parts of a grpc-js call that streaming needs, whichever way it streams. */
interface GrpcCall {
  cancel(): void;
  on(event: 'metadata', listener: (metadata: Metadata) => void): unknown;
  on(event: 'status', listener: (status: StatusObject) => void): unknown;
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
  /** Why nothing came at all, when the call ended before it had begun; reading the messages throws it too. */
  readonly failure: ConnectError | undefined;
}

export interface StreamCall {
  kind: 'client_streaming' | 'server_streaming' | 'bidi_streaming';
  path: string;
  metadata: Metadata;
  deadline: number | undefined;
  signal: AbortSignal | undefined;
}

/** Runs a streaming call: messages go out as the peer takes them, and come in as the caller takes them. Throws ConnectError. */
export async function sendStream(
  client: Client,
  spec: StreamCall,
  requests: AsyncIterable<Buffer>,
): Promise<StreamReply> {
  const received = new Received();
  const call = await open(client, spec, requests, received);
  const cancel = () => call.cancel();
  if (spec.signal?.aborted) cancel();
  spec.signal?.addEventListener('abort', cancel, { once: true });
  received.onReturn = cancel;
  let trailer: Metadata | undefined;
  let failure: ConnectError | undefined;
  const header = await new Promise<Metadata | undefined>((resolve) => {
    call.on('metadata', resolve);
    call.on('status', (status) => {
      trailer = status.metadata;
      if (status.code !== OK) failure = connectErrorOf(status);
      spec.signal?.removeEventListener('abort', cancel);
      resolve(undefined);
    });
  });
  return {
    header,
    failure: header === undefined ? failure : undefined,
    get trailer() {
      return trailer;
    },
    messages: received,
  };
}

async function open(
  client: Client,
  spec: StreamCall,
  requests: AsyncIterable<Buffer>,
  received: Received,
): Promise<GrpcCall> {
  const { path, metadata, deadline } = spec;
  const options = deadline === undefined ? {} : { deadline };
  if (spec.kind === 'server_streaming') {
    const call = client.makeServerStreamRequest(path, identity, identity, await single(requests), metadata, options);
    received.readFrom(call);
    return call;
  }
  if (spec.kind === 'client_streaming') {
    const call = client.makeClientStreamRequest(path, identity, identity, metadata, options, (error, bytes) => {
      if (bytes !== undefined) received.push(bytes);
      received.finish(error);
    });
    pump(requests, call).catch((error: unknown) => received.abandon(error, call));
    return call;
  }
  const call = client.makeBidiStreamRequest(path, identity, identity, metadata, options);
  received.readFrom(call);
  pump(requests, call).catch((error: unknown) => received.abandon(error, call));
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
