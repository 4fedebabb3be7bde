import { type DescMessage, fromBinary, fromJsonString, type Message, toJsonString } from '@bufbuild/protobuf';
import { MAX_MESSAGE_BYTES } from './early-refusal.ts';
import { encoded } from './encoded.ts';
import type { HttpResponse } from './plain-http.ts';

/** How one kind of caller writes a message, and reads the answer to it. */
export interface UnaryWire {
  /** Whether it is spoken over HTTP/2 only. */
  readonly needsHttp2: boolean;
  /** Whether the first bytes say that what follows is longer than is read. */
  isTooLong(beginning: Buffer): boolean;
  /** Throws when the bytes are not one message that can be read. */
  decode(schema: DescMessage, bytes: Buffer): Message;
  encode(schema: DescMessage, answer: Message): Buffer;
  /** Sends an encoded answer; other headers are set by then. */
  send(response: HttpResponse, body: Buffer): void;
}

/** Flags and length, before each message of gRPC. */
const HEAD = 5;
/** What stands behind the message of gRPC-Web: that the call went well. */
const GOOD_END = Buffer.from('\x80\0\0\0\x10grpc-status: 0\r\n', 'latin1');

const binary = {
  needsHttp2: false,
  isTooLong: () => false,
  decode: (schema: DescMessage, bytes: Buffer): Message => fromBinary(schema, bytes),
  encode: (schema: DescMessage, answer: Message): Buffer => asBuffer(encoded(schema, answer)),
};
const json = {
  needsHttp2: false,
  isTooLong: () => false,
  decode: (schema: DescMessage, bytes: Buffer): Message =>
    fromJsonString(schema, bytes.toString('utf8'), { ignoreUnknownFields: true }),
  encode: (schema: DescMessage, answer: Message): Buffer => Buffer.from(toJsonString(schema, answer)),
};
const framed = {
  needsHttp2: false,
  isTooLong: (beginning: Buffer) => beginning.length >= HEAD && beginning.readUInt32BE(1) > MAX_MESSAGE_BYTES,
  decode: (schema: DescMessage, bytes: Buffer): Message => fromBinary(schema, unframed(bytes)),
  encode: (schema: DescMessage, answer: Message): Buffer => frame(encoded(schema, answer)),
};

/** By content type. The least common ones are missing. */
export const UNARY_WIRES: Readonly<Record<string, UnaryWire>> = {
  'application/proto': { ...binary, send: plain('application/proto') },
  'application/json': { ...json, send: plain('application/json') },
  'application/grpc': { ...framed, needsHttp2: true, send: grpc },
  'application/grpc+proto': { ...framed, needsHttp2: true, send: grpc },
  'application/grpc-web': { ...framed, send: grpcWeb },
  'application/grpc-web+proto': { ...framed, send: grpcWeb },
};

function plain(type: string): UnaryWire['send'] {
  return (response, body) => {
    response.setHeader('content-type', type);
    response.setHeader('content-length', body.length);
    response.end(body);
  };
}

function grpc(response: HttpResponse, body: Buffer): void {
  response.setHeader('content-type', 'application/grpc+proto');
  response.addTrailers({ 'grpc-status': '0' });
  response.end(body);
}

function grpcWeb(response: HttpResponse, body: Buffer): void {
  response.setHeader('content-type', 'application/grpc-web+proto');
  response.end(Buffer.concat([body, GOOD_END]));
}

/** The one message that is to be there, as it is. */
function unframed(bytes: Buffer): Buffer {
  if (bytes.length < HEAD || bytes[0] !== 0 || bytes.readUInt32BE(1) !== bytes.length - HEAD)
    throw new TypeError('not one message without compression');
  return bytes.subarray(HEAD);
}

function frame(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD + message.length);
  bytes[0] = 0;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, HEAD);
  return bytes;
}

/** The same bytes, not copied. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
