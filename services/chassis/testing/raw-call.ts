/** Sends an RPC byte by byte in each protocol, as no well-meant client would, and reads the error it is answered with. */
import { request as httpRequest } from 'node:http';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';
import { endStreamFlag, endStreamFromJson, errorFromJsonBytes } from '@connectrpc/connect/protocol-connect';
import { findTrailerError } from '@connectrpc/connect/protocol-grpc';
import { trailerFlag, trailerParse } from '@connectrpc/connect/protocol-grpc-web';
import { BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';

export interface RawCall {
  /** `package.Service/Method` */
  path: string;
  headers: Record<string, string>;
  isStream: boolean;
  /** The message, in the format of the protocol. */
  message: Uint8Array;
  /** Says that the message is so long, and sends no more than `message` of it. */
  claims?: number;
}

/** What an error says, as far as a caller can rely on it. */
export interface Told {
  code: string;
  reasons: string[];
  fields: string[];
  /** Of the ErrorInfo. */
  metadata: Record<string, string>;
  message: string;
  correlationId: string | undefined;
}

export const protocols = ['Connect JSON', 'Connect binary', 'gRPC-Web', 'gRPC on the HTTP port', 'gRPC'] as const;

export type Protocol = (typeof protocols)[number];

/** A way to call in each protocol. */
export type Wire = Record<Protocol, (call: RawCall) => Promise<Told>> & { close(): void };

const HEAD = 5;
const PATIENCE_MS = 5_000;

/** Connects to both ports of a server. */
export function connectTo(ports: { http: number; grpc: number }): Wire {
  const [onHttp, onGrpc] = [grpcTo(ports.http), grpcTo(ports.grpc)];
  return {
    'Connect JSON': (call) => connectCall(ports.http, call, 'json'),
    'Connect binary': (call) => connectCall(ports.http, call, 'proto'),
    'gRPC-Web': (call) => grpcWebCall(ports.http, call),
    'gRPC on the HTTP port': onHttp.call,
    gRPC: onGrpc.call,
    close() {
      onHttp.close();
      onGrpc.close();
    },
  };
}

async function connectCall(port: number, call: RawCall, codec: string): Promise<Told> {
  if (!call.isStream) {
    const { headers, body } = await post(port, call, `application/${codec}`, call.message);
    return told(errorFromJsonBytes(body, undefined, unreadable(body)), headers['x-correlation-id']);
  }
  const { headers, body } = await post(port, call, `application/connect+${codec}`, envelope(call));
  return told(endStreamFromJson(lastOf(body, endStreamFlag)).error, headers['x-correlation-id']);
}

async function grpcWebCall(port: number, call: RawCall): Promise<Told> {
  const { headers, body } = await post(port, call, 'application/grpc-web+proto', envelope(call));
  return told(findTrailerError(trailerParse(lastOf(body, trailerFlag))), headers['x-correlation-id']);
}

function unreadable(body: Uint8Array): ConnectError {
  return new ConnectError(`not an error: ${Buffer.from(body).toString()}`, Code.DataLoss);
}

function envelope({ message, claims }: RawCall): Uint8Array {
  const bytes = Buffer.alloc(HEAD + message.length);
  bytes.writeUInt32BE(claims ?? message.length, 1);
  bytes.set(message, HEAD);
  return bytes;
}

/** The data of the message that a stream ends with. */
function lastOf(body: Buffer, flag: number): Uint8Array {
  for (let at = 0; at + HEAD <= body.length; ) {
    const end = at + HEAD + body.readUInt32BE(at + 1);
    if (body.readUInt8(at) & flag) return body.subarray(at + HEAD, end);
    at = end;
  }
  throw unreadable(body);
}

/** Over HTTP/1.1, reading the answer even while the request is not at its end. */
function post(port: number, call: RawCall, type: string, bytes: Uint8Array) {
  return new Promise<{ headers: Record<string, string | undefined>; body: Buffer }>((resolve, reject) => {
    const length = call.claims ?? bytes.length;
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: `/${call.path}`,
      headers: { ...call.headers, 'content-type': type, 'content-length': length },
      timeout: PATIENCE_MS,
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ headers: response.headers as Record<string, string | undefined>, body: Buffer.concat(chunks) });
        request.destroy();
      });
    });
    if (length === bytes.length) request.end(bytes);
    else request.write(bytes);
  });
}

/** In megabytes. Node's own 10 do not hold a call of every RPC at once with texts that are too long. */
const MEMORY_PER_SESSION = 64;

/** gRPC over one connection. */
function grpcTo(port: number): { call(call: RawCall): Promise<Told>; close(): void } {
  const session = connect(`http://127.0.0.1:${port}`, { maxSessionMemory: MEMORY_PER_SESSION });
  const call = (raw: RawCall) =>
    new Promise<Told>((resolve, reject) => {
      const stream = session.request({
        ...raw.headers,
        ':method': 'POST',
        ':path': `/${raw.path}`,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      let last: IncomingHttpHeaders = {};
      const late = setTimeout(() => stream.destroy(new Error('no answer')), PATIENCE_MS);
      stream.on('response', (headers) => {
        last = headers;
      });
      stream.on('trailers', (headers) => {
        last = { ...last, ...headers };
      });
      stream.on('error', reject);
      stream.on('end', () => {
        clearTimeout(late);
        const headers = new Headers();
        for (const [name, value] of Object.entries(last)) if (!name.startsWith(':')) headers.set(name, String(value));
        resolve(told(findTrailerError(headers), headers.get('x-correlation-id') ?? undefined));
        stream.close();
      });
      stream.resume();
      if (raw.claims === undefined) stream.end(envelope(raw));
      else stream.write(envelope(raw));
    });
  return { call, close: () => session.close() };
}

function told(error: ConnectError | undefined, correlationId: string | undefined): Told {
  if (!error) return { code: 'OK', reasons: [], fields: [], metadata: {}, message: '', correlationId };
  return {
    code: Code[error.code],
    reasons: error.findDetails(ErrorInfoSchema).map(({ reason }) => reason),
    fields: error
      .findDetails(BadRequestSchema)
      .flatMap(({ fieldViolations }) => fieldViolations.map(({ field }) => field)),
    metadata: Object.assign({}, ...error.findDetails(ErrorInfoSchema).map(({ metadata }) => metadata)),
    message: error.rawMessage,
    correlationId,
  };
}
