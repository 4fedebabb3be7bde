import { constants } from 'node:http2';
import type { DescMethod } from '@bufbuild/protobuf';
import { Code, ConnectError, createConnectRouter } from '@connectrpc/connect';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import type { MeshIdentity } from '../tls/mesh-identity.ts';
import { peerOf } from '../tls/peer.ts';
import { limitArrival } from './arrival-limit.ts';
import type { BridgedService } from './bridged-services.ts';
import { MAX_MESSAGE_BYTES } from './early-refusal.ts';
import { explained } from './early-refusals.ts';
import type { Handler } from './handlers.ts';
import { implementationOf } from './http-calls.ts';
import { refuse, refuseUnknown } from './http-refusal.ts';
import { unlessKnown } from './not-modified.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from './plain-http.ts';
import { INSIDE, type PortLimits } from './port-limits.ts';
import { LONGEST_TIMER_MS, type ServedCall } from './served-call.ts';
import { shuttingDown } from './shutting-down.ts';
import { createSinglePort, type SinglePortOptions } from './single-port.ts';
import { shortcut } from './unary-shortcut.ts';

/** The HTTP port, on connect-node: Connect (JSON, binary), gRPC-Web and gRPC, and plain pages beside them; HTTP/1.1 and cleartext HTTP/2. */
export interface HttpFace {
  start(host: string, port: number): Promise<number>;
  drain(ms: number): Promise<void>;
}

type UniversalRequest = ReturnType<typeof universalRequestFromNodeRequest>;

export interface HttpFaceOptions {
  handlers: readonly Handler[];
  /** Services beside them that pass no chain, such as health and reflection. */
  services?: readonly BridgedService[];
  /** Pages by path, such as `/metrics`; a path that ends in `*` stands for all that begin with what is before it. */
  pages: Readonly<Record<string, HttpHandler>>;
  /** More pages, made of the RPCs: another way to call them. Streams that they leave open are kept in `streams`, so that they can be ended. */
  faces?: (handlers: readonly Handler[], streams: Set<ServedCall>) => Readonly<Record<string, HttpHandler>>;
  /** Sees every request first; answering true means it has dealt with it. */
  before?: (request: HttpRequest, response: HttpResponse) => boolean;
  /** With one the port speaks TLS. Pages are for anybody even so, so that probes need no certificate; the chain turns away calls that come without one. */
  identity?: MeshIdentity | undefined;
  /** With one the port speaks TLS as browsers do. */
  certificate?: SinglePortOptions['certificate'];
  /** How much of the port one client may take; what suits a port inside the mesh when unset. */
  limits?: PortLimits | undefined;
}

export function createHttpFace(options: HttpFaceOptions): HttpFace {
  const streams = new Set<ServedCall>();
  const { identity } = options;
  // Named, because connect-node otherwise compresses every answer over 1 KiB, at about three times the cost of the call.
  const router = createConnectRouter({
    acceptCompression: [],
    readMaxBytes: MAX_MESSAGE_BYTES,
    maxTimeoutMs: LONGEST_TIMER_MS,
  });
  for (const [service, handlers] of Map.groupBy(options.handlers, (handler) => handler.rpc.method.parent)) {
    router.service(service, implementationOf(handlers, streams));
  }
  for (const { service, impl } of options.services ?? []) router.service(service, impl);
  const shortcuts = new Map(options.handlers.map((handler) => [handler.rpc.method, shortcut(handler)]));
  const rpcs = new Map(
    router.handlers.map((handler) => {
      const { method } = handler;
      return [handler.requestPath, { serve: explained(handler), shortcut: shortcuts.get(method), method }];
    }),
  );
  const { requestMs, messageMs } = options.limits ?? INSIDE;
  const page = pageFinder({ ...options.pages, ...options.faces?.(options.handlers, streams) });
  const answer = async (request: HttpRequest, response: HttpResponse): Promise<void> => {
    if (options.before?.(request, response)) return;
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const rpc = rpcs.get(path);
    limitArrival(request, response, rpc && !sendsMessages(rpc.method) ? messageMs : requestMs);
    if (!rpc) return (page(path) ?? refuseUnknown)(request, response);
    endUnread(request);
    const peer = identity && peerOf(request.socket, identity.trustDomain);
    const left = rpc.shortcut ? await rpc.shortcut(request, response, peer) : {};
    if (!left) return;
    const call = readCall(request, response);
    if (!call)
      return refuse(request, response, 400, new ConnectError('the request names no valid host', Code.InvalidArgument));
    const { body = call.body, failed } = left;
    await universalResponseToNodeResponse(
      unlessKnown(request, await rpc.serve({ ...call, body }, peer, failed)),
      response,
    );
  };
  const port = createSinglePort(
    (request: HttpRequest, response: HttpResponse) => {
      // Whatever a stranger sends, the worst that may come of it is the end of this one answer.
      answer(request, response).catch(() => {
        if (response.headersSent) response.destroy();
        else refuse(request, response, 500, new ConnectError('', Code.Internal));
      });
    },
    { identity, certificate: options.certificate, limits: options.limits },
  );
  return {
    start: (host, at) => port.listen(at, host),
    async drain(ms) {
      for (const call of streams) call.refuse(shuttingDown());
      await port.drain(ms);
    },
  };
}

/** Whether the client's messages may come one after the other for as long as the contract says. */
function sendsMessages({ methodKind }: DescMethod): boolean {
  return methodKind === 'client_streaming' || methodKind === 'bidi_streaming';
}

/** Finds the page at a path: the one that names it, else the longest beginning that does. */
function pageFinder(pages: HttpFaceOptions['pages']): (path: string) => HttpHandler | undefined {
  const named = new Map(Object.entries(pages));
  const beginnings = [...named.keys()]
    .filter((path) => path.endsWith('*'))
    .map((path) => path.slice(0, -1))
    .sort((a, b) => b.length - a.length);
  return (path) => {
    const exact = named.get(path);
    if (exact || beginnings.length === 0) return exact;
    const beginning = beginnings.find((each) => path.startsWith(each));
    return beginning === undefined ? undefined : named.get(`${beginning}*`);
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

/** Nobody will read what is left of an answered request. An HTTP/2 client that waits to send it is told so; of HTTP/1.1 Node lets the rest pass. */
function endUnread(request: HttpRequest): void {
  if (!('stream' in request)) return;
  const { stream } = request;
  stream.once('wantTrailers', () => {
    // Node writes the trailers at this event, the last of an answer; closing waits for them.
    setImmediate(() => {
      if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
    });
  });
}
