import type { DescMethod, DescMethodStreaming, DescMethodUnary, DescService } from '@bufbuild/protobuf';
import { getOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import type { Call } from '#chassis/rpc/call.ts';
import { readFrom } from '#chassis/rpc/encoded.ts';
import type { Route } from '#chassis/rpc/implementation.ts';
import { STALE_HEADER } from '#chassis/rpc/resilience/stale-answers.ts';
import { receivedBytes, staleAge } from '#chassis/rpc/transport/response.ts';
import { Access, rpc as rpcOption } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { type Ask, cached, isCached } from './cache/cached.ts';
import type { KeptAnswers } from './cache/kept-answers.ts';
import { CLIENT_ADDRESS, CLIENT_USER_AGENT } from './edge.ts';
import { untilIdle } from './until-idle.ts';

/** Whether an RPC may be reached from outside: the contract lets the gateway call it, and it is not for services only. */
export function isPublic(method: DescMethod): boolean {
  const policy = getOption(method, rpcOption);
  return policy.allowedCallers.includes('gateway') && policy.access !== Access.SERVICE;
}

/** What the gateway does beside passing calls on. */
export interface Forwarding {
  /** Where answers that contracts let stand for a while are kept; none are when unset. */
  kept?: KeptAnswers | undefined;
  /** After how long without a message the answers of a stream are ended; never when unset. */
  streamIdleMs?: number | undefined;
}

/**
 * Passes every public RPC of a service on to it. The gateway adds nothing of its own: deadline, user, correlation and trace travel with
 * the call, and the answer, the error and its details come back as they are; an earlier answer that stands in is marked as such. RPCs that are not public answer as if they did not exist.
 */
export function forward(service: DescService, transport: Transport, options: Forwarding = {}): Route {
  const impl = service.methods.map((method) => [
    method.localName,
    isPublic(method) ? forgetting(method, options, passOn(method, transport, options)) : absent,
  ]);
  return { service, impl: Object.fromEntries(impl) };
}

type Handler = Route['impl'][string];

function passOn(method: DescMethod, transport: Transport, { kept, streamIdleMs }: Forwarding): Handler {
  if (isUnary(method)) {
    const ask: Ask = async (request, call) => {
      const response = await transport.unary(method, call.signal, undefined, headersOf(call), request as never);
      const bytes = receivedBytes(response);
      const message = bytes ? readFrom(response.message, bytes) : response.message;
      return { message, staleSeconds: staleAge(response) };
    };
    if (kept && isCached(method)) return cached(method, kept, ask) as Handler;
    return async (request: never, call: Call) => {
      const { message, staleSeconds } = await ask(request, call);
      if (staleSeconds !== undefined) call.responseHeaders.set(STALE_HEADER, String(staleSeconds));
      return message;
    };
  }
  if (!isStreaming(method)) throw new Error(`${method} is of no known kind`);
  if (method.methodKind === 'server_streaming') {
    return (request: never, call: Call) => answers(method, transport, one(request), call, streamIdleMs);
  }
  if (method.methodKind === 'bidi_streaming') {
    return (requests: never, call: Call) => answers(method, transport, requests, call, streamIdleMs);
  }
  return async (requests: never, call: Call) => {
    for await (const answer of answers(method, transport, requests, call)) return answer;
    throw new ConnectError('no answer received', Code.Unimplemented);
  };
}

/** What somebody wrote through this gateway shows at once: answers of the contract from before are given no more. */
function forgetting(method: DescMethod, { kept }: Forwarding, handler: Handler): Handler {
  if (!kept || (method.methodKind !== 'unary' && method.methodKind !== 'client_streaming')) return handler;
  if (method.idempotency === Idempotency.NO_SIDE_EFFECTS) return handler;
  return async (request: never, call: Call) => {
    try {
      return await handler(request, call);
    } finally {
      kept.written(method.parent.typeName);
    }
  };
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === 'unary';
}

function isStreaming(method: DescMethod): method is DescMethodStreaming {
  return method.methodKind !== 'unary';
}

async function* answers(
  method: DescMethodStreaming,
  transport: Transport,
  requests: AsyncIterable<never>,
  call: Call,
  idleMs?: number,
) {
  const idle = new AbortController();
  const signal = idleMs === undefined ? call.signal : AbortSignal.any([call.signal, idle.signal]);
  const { message } = await transport.stream(method, signal, undefined, headersOf(call), requests);
  yield* idleMs === undefined ? message : untilIdle(message, idleMs, idle);
}

/** The headers of the outside that a service may want besides those every call carries. */
function headersOf(call: Call): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of [CLIENT_ADDRESS, CLIENT_USER_AGENT]) {
    const value = call.headers.get(name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

async function* one<T>(request: T): AsyncGenerator<T> {
  yield request;
}

async function absent(): Promise<never> {
  throw new ConnectError('not offered outside the mesh', Code.Unimplemented);
}
