import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { DescService, Message } from '@bufbuild/protobuf';
import { Code, ConnectError, createConnectRouter, type HandlerContext, type ServiceImpl } from '@connectrpc/connect';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import { CORRELATION_HEADER } from './correlation.ts';
import { MAX_MESSAGE_BYTES } from './early-refusal.ts';
import { explained, type Received, receivedKey } from './early-refusals.ts';
import type { Handler } from './handlers.ts';
import type { Incoming } from './interceptor.ts';
import { relayable } from './relayable.ts';
import { LONGEST_TIMER_MS, ServedCall } from './served-call.ts';
import { createSinglePort } from './single-port.ts';

export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** Answers plain HTTP. */
export type HttpHandler = (request: HttpRequest, response: HttpResponse) => void | Promise<void>;

/** The HTTP port, on connect-node: Connect (JSON, binary), gRPC-Web and gRPC, and plain pages beside them; HTTP/1.1 and cleartext HTTP/2. */
export interface HttpFace {
  start(host: string, port: number): Promise<number>;
  drain(ms: number): Promise<void>;
}

type UniversalRequest = ReturnType<typeof universalRequestFromNodeRequest>;

export interface HttpFaceOptions {
  handlers: readonly Handler[];
  /** Pages by path, such as `/metrics`. */
  pages: Readonly<Record<string, HttpHandler>>;
  /** Sees every request first; answering true means it has dealt with it. */
  before?: (request: HttpRequest, response: HttpResponse) => boolean;
}

export function createHttpFace(options: HttpFaceOptions): HttpFace {
  const streams = new Set<ServedCall>();
  // Named, because connect-node otherwise compresses every answer over 1 KiB, at about three times the cost of the call.
  const router = createConnectRouter({
    acceptCompression: [],
    readMaxBytes: MAX_MESSAGE_BYTES,
    maxTimeoutMs: LONGEST_TIMER_MS,
  });
  for (const [service, handlers] of Map.groupBy(options.handlers, (handler) => handler.rpc.method.parent)) {
    router.service(service, implementationOf(handlers, streams) as Partial<ServiceImpl<DescService>>);
  }
  const rpcs = new Map(router.handlers.map((handler) => [handler.requestPath, explained(handler)]));
  const pages = new Map(Object.entries(options.pages));
  const answer = async (request: HttpRequest, response: HttpResponse): Promise<void> => {
    if (options.before?.(request, response)) return;
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const rpc = rpcs.get(path);
    if (!rpc) return (pages.get(path) ?? notFound)(request, response);
    const call = readCall(request, response);
    if (!call) return sendJson(response, 400, { code: 'invalid_argument', message: 'the request names no valid host' });
    await universalResponseToNodeResponse(await rpc(call), response);
  };
  const port = createSinglePort((request: HttpRequest, response: HttpResponse) => {
    // Whatever a stranger sends, the worst that may come of it is the end of this one answer.
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { code: 'internal' });
    });
  });
  return {
    start: (host, at) => port.listen(at, host),
    async drain(ms) {
      for (const call of streams) call.cancel('the server is shutting down', Code.Unavailable);
      await port.drain(ms);
    },
  };
}

/** A request in connect-node's terms, which include an absolute address; undefined when the request has no host to make one of. */
function readCall(request: HttpRequest, response: HttpResponse): UniversalRequest | undefined {
  try {
    return universalRequestFromNodeRequest(request, response, undefined, undefined);
  } catch {
    return undefined;
  }
}

/** Answers with a JSON document. */
export function sendJson(response: HttpResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`);
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', bytes.length);
  response.end(bytes);
}

const notFound: HttpHandler = (request, response) =>
  sendJson(response, 404, { code: 'not_found', message: `nothing is served at ${request.url}` });

function implementationOf(handlers: readonly Handler[], streams: Set<ServedCall>): Record<string, unknown> {
  return Object.fromEntries(handlers.map((handler) => [handler.rpc.method.localName, adapt(handler, streams)]));
}

function adapt(handler: Handler, streams: Set<ServedCall>) {
  const { rpc, handle } = handler;
  if (rpc.method.methodKind === 'unary' || rpc.method.methodKind === 'client_streaming') {
    return async (request: Incoming, context: HandlerContext) => {
      const call = begin(handler, context);
      try {
        const answer = await handle(call, readable(request, context));
        call.answered();
        return answer;
      } catch (error) {
        throw relayable(error);
      } finally {
        copyHeaders(call, context);
      }
    };
  }
  return async function* stream(request: Incoming, context: HandlerContext) {
    const call = begin(handler, context);
    streams.add(call);
    try {
      const answers = (await handle(call, readable(request, context))) as AsyncIterable<Message>;
      copyHeaders(call, context);
      yield* answers;
      call.answered();
    } catch (error) {
      copyHeaders(call, context);
      throw relayable(error);
    } finally {
      streams.delete(call);
    }
  };
}

/** A message of a client's stream that cannot be read fails inside our chain, which would take it for a fault of ours. */
function readable(request: Incoming, context: HandlerContext): Incoming {
  const received = context.values.get(receivedKey);
  if (!received) return request;
  if (Symbol.asyncIterator in request) return readableStream(request, received);
  received.body.decoded();
  return request;
}

async function* readableStream(requests: AsyncIterable<Message>, received: Received): AsyncIterable<Message> {
  try {
    yield* requests;
  } catch (error) {
    throw error instanceof ConnectError && error.details.length === 0 ? received.explain(error) : error;
  }
}

function begin({ rpc }: Handler, context: HandlerContext): ServedCall {
  const left = context.timeoutMs();
  const call = new ServedCall(
    rpc,
    { get: (name) => context.requestHeader.get(name) ?? undefined },
    left === undefined ? undefined : Date.now() + left,
  );
  context.signal.addEventListener('abort', () => {
    const { reason } = context.signal;
    const isLate = reason instanceof ConnectError && reason.code === Code.DeadlineExceeded;
    if (isLate) call.cancel('the deadline passed', Code.DeadlineExceeded);
    else call.cancel('the caller is gone', Code.Canceled);
  });
  return call;
}

function copyHeaders(call: ServedCall, context: HandlerContext): void {
  context.responseHeader.set(CORRELATION_HEADER, call.correlationId);
  for (const [name, value] of call.sentHeaders ?? []) context.responseHeader.set(name, value);
}
