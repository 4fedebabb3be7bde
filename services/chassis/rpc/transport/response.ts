import type {
  DescMessage,
  DescMethodStreaming,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, type StreamResponse, type UnaryResponse } from '@connectrpc/connect';
import { Metadata } from '@grpc/grpc-js';
import { STALE_HEADER } from '../resilience/stale-answers.ts';
import { headersOf } from './headers.ts';
import type { StreamReply } from './stream.ts';
import { asBuffer, type UnaryReply } from './unary.ts';

/** Serialises a request once, for as many tries as it takes. */
export function encode<I extends DescMessage>(schema: I, input: MessageInitShape<I>): Buffer {
  return asBuffer(toBinary(schema, create(schema, input)));
}

export async function* encodeAll<I extends DescMessage>(
  schema: I,
  inputs: AsyncIterable<MessageInitShape<I>>,
): AsyncGenerator<Buffer> {
  for await (const input of inputs) yield encode(schema, input);
}

function decode<O extends DescMessage>(schema: O, bytes: Buffer): MessageShape<O> {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new ConnectError('the answer could not be read', Code.Internal, undefined, undefined, cause);
  }
}

async function* decodeAll<O extends DescMessage>(
  schema: O,
  messages: AsyncIterable<Buffer>,
): AsyncGenerator<MessageShape<O>> {
  for await (const bytes of messages) yield decode(schema, bytes);
}

/** What a generated client expects of a unary call. Headers are built only when somebody looks at them. */
export function unaryResponse<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  reply: UnaryReply,
): UnaryResponse<I, O> {
  const response: UnaryResponse<I, O> = {
    stream: false,
    service: method.parent,
    method,
    message: decode(method.output, reply.bytes),
    get header() {
      return headersOf(reply.header);
    },
    get trailer() {
      return headersOf(reply.trailer);
    },
  };
  received.set(response, reply.bytes);
  return response;
}

const received = new WeakMap<object, Buffer>();

/** The answer as it came; undefined for one of another transport. Part of a larger piece of memory: who keeps it copies it. */
export function receivedBytes(response: object): Buffer | undefined {
  return received.get(response);
}

const ages = new WeakMap<object, number>();

/** An earlier answer in place of one that could not be had, marked by a header with its age in seconds. */
export function staleResponse<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  bytes: Buffer,
  ageSeconds: number,
): UnaryResponse<I, O> {
  const header = new Metadata();
  header.set(STALE_HEADER, String(ageSeconds));
  const response = unaryResponse(method, { bytes, header, trailer: undefined });
  ages.set(response, ageSeconds);
  return response;
}

/** The age in seconds of an answer that is an earlier one; undefined for any other. Cheaper than its headers, which are built when asked for. */
export function staleAge(response: object): number | undefined {
  return ages.get(response);
}

/** What a generated client expects of a streaming call. */
export function streamResponse<I extends DescMessage, O extends DescMessage>(
  method: DescMethodStreaming<I, O>,
  reply: StreamReply,
): StreamResponse<I, O> {
  return {
    stream: true,
    service: method.parent,
    method,
    message: decodeAll(method.output, reply.messages),
    get header() {
      return headersOf(reply.header);
    },
    get trailer() {
      return headersOf(reply.trailer);
    },
  };
}
