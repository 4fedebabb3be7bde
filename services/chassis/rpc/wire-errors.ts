/** Errors as Connect, gRPC-Web and gRPC write them, read back and written anew: what connect-node has already put on its way can still be said better. */
import { Code, ConnectError, type createConnectRouter } from '@connectrpc/connect';
import {
  codeFromHttpStatus,
  codeToHttpStatus,
  endStreamFlag,
  endStreamFromJson,
  endStreamToJson,
  errorFromJsonBytes,
  errorToJsonBytes,
} from '@connectrpc/connect/protocol-connect';
import { findTrailerError, setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import { trailerFlag, trailerParse, trailerSerialize } from '@connectrpc/connect/protocol-grpc-web';

export type UniversalHandler = ReturnType<typeof createConnectRouter>['handlers'][number];
export type UniversalRequest = Parameters<UniversalHandler>[0];
export type UniversalResponse = Awaited<ReturnType<UniversalHandler>>;

type Explain = (error: ConnectError) => ConnectError;

const OK = 200;
/** Flags and length, before each message of a stream. */
const HEAD = 5;

/** The same response, in which an error that has no details is replaced by what `explain` makes of it. */
export function withErrors(
  response: UniversalResponse,
  explain: Explain,
): UniversalResponse | Promise<UniversalResponse> {
  if (response.status !== OK) return refusedByStatus(response, explain);
  const type = response.header?.get('content-type') ?? '';
  if (type.startsWith('application/grpc-web')) {
    return rewritten(response, trailerFlag, (data) => {
      const trailer = trailerParse(data);
      return isBare(trailer) ? trailerSerialize(explainTrailer(trailer, explain)) : undefined;
    });
  }
  if (type.startsWith('application/connect+')) {
    return rewritten(response, endStreamFlag, (data) => {
      const { metadata, error } = endStreamFromJson(data);
      if (!error || error.details.length > 0) return undefined;
      return Buffer.from(JSON.stringify(endStreamToJson(metadata, explain(error), undefined)));
    });
  }
  const { trailer } = response;
  if (!trailer) return response;
  return {
    ...response,
    // Asked for when the body has been sent: only then is it known how the call went.
    get trailer() {
      return isBare(trailer) ? explainTrailer(trailer, explain) : trailer;
    },
  };
}

function isBare(trailer: Headers): boolean {
  return trailer.get('grpc-status') !== '0' && !trailer.has('grpc-status-details-bin');
}

function explainTrailer(trailer: Headers, explain: Explain): Headers {
  const error = findTrailerError(trailer);
  return error ? setTrailerStatus(trailer, explain(error)) : trailer;
}

/** Connect's unary calls, and refusals that are only a status. */
async function refusedByStatus(response: UniversalResponse, explain: Explain): Promise<UniversalResponse> {
  const said = await read(response.body);
  const fallback = bareRefusal(response.status);
  const error = said.length === 0 ? fallback : errorFromJsonBytes(said, undefined, fallback);
  if (error.details.length > 0) return { ...response, body: once(said) };
  const told = explain(error);
  const body = errorToJsonBytes(told, undefined);
  const header = new Headers(response.header);
  told.metadata.forEach((value, name) => {
    header.set(name, value);
  });
  header.set('content-type', 'application/json');
  header.set('content-length', String(body.length));
  return {
    ...response,
    header,
    status: said.length === 0 ? response.status : codeToHttpStatus(told.code),
    body: once(body),
  };
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  405: 'this RPC is not called with this HTTP method; POST always does',
  415: 'this RPC is not called with this content-type; application/json and application/proto are understood',
  505: 'this RPC needs HTTP/2',
};

function bareRefusal(status: number): ConnectError {
  const words = STATUS_WORDS[status];
  return new ConnectError(
    words ?? `refused with HTTP ${status}`,
    words ? Code.Unimplemented : codeFromHttpStatus(status),
  );
}

/** Replaces the last message of a stream, which says how it went and is known by its flag. */
function rewritten(
  response: UniversalResponse,
  flag: number,
  rewrite: (data: Uint8Array) => Uint8Array | undefined,
): UniversalResponse {
  const { body } = response;
  if (!body) return response;
  const map = (chunk: Uint8Array): Uint8Array => {
    if (((chunk[0] ?? 0) & flag) !== flag) return chunk;
    const data = rewrite(chunk.subarray(HEAD));
    if (!data) return chunk;
    const envelope = Buffer.alloc(HEAD + data.length);
    envelope.writeUInt8(flag, 0);
    envelope.writeUInt32BE(data.length, 1);
    envelope.set(data, HEAD);
    return envelope;
  };
  return {
    ...response,
    body: {
      [Symbol.asyncIterator]() {
        const source = body[Symbol.asyncIterator]();
        const done = { done: true as const, value: undefined };
        return {
          async next() {
            const chunk = await source.next();
            return chunk.done ? chunk : { done: false, value: map(chunk.value) };
          },
          throw: async (reason) => (await source.throw?.(reason)) ?? done,
          return: async () => (await source.return?.()) ?? done,
        };
      },
    },
  };
}

async function read(body: UniversalResponse['body']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
