import type { Message } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { parseTimeout as connectTimeout } from '@connectrpc/connect/protocol-connect';
import { parseTimeout as grpcTimeout } from '@connectrpc/connect/protocol-grpc';
import type { Peer } from '../tls/peer.ts';
import { CORRELATION_HEADER } from './correlation.ts';
import { MAX_MESSAGE_BYTES } from './early-refusal.ts';
import type { Handler } from './handlers.ts';
import { type HttpRequest, type HttpResponse, headerOf } from './plain-http.ts';
import { LONGEST_TIMER_MS, ServedCall } from './served-call.ts';
import { UNARY_WIRES, type UnaryWire } from './unary-wire.ts';
import { followedBy, readWhole } from './whole-body.ts';

/** A call whose work failed, which its caller has not been told. */
export interface Failed {
  readonly call: ServedCall;
  readonly error: unknown;
}

/** A request that is not answered yet: its body, unless nothing of it was read, and how the call went if it got that far. */
export interface Unanswered {
  readonly body?: AsyncIterable<Uint8Array>;
  readonly failed?: Failed;
}

/** Answers a request, or says what is left to be done. */
export type Shortcut = (request: HttpRequest, response: HttpResponse, peer?: Peer) => Promise<Unanswered | undefined>;

/**
 * Answers calls of the most common kind at a part of what they cost connect-node: one message each way, whole and uncompressed, that the service has an answer to.
 * All else is left to connect-node, with what was read and with the error if there is one, so that one place says what is wrong.
 */
export function shortcut({ rpc, handle }: Handler): Shortcut | undefined {
  const { input, output, methodKind } = rpc.method;
  if (methodKind !== 'unary') return undefined;
  return async (request, response, peer) => {
    const wire = wireOf(request);
    const timeoutMs = wire && timeoutOf(request);
    if (!wire || timeoutMs === undefined) return {};
    const deadline = timeoutMs === Number.POSITIVE_INFINITY ? undefined : Date.now() + timeoutMs;
    const received = await readWhole(request, MAX_MESSAGE_BYTES, wire.isTooLong);
    if (!received) return undefined;
    const message = received.isWhole ? attempt(() => wire.decode(input, received.bytes)) : undefined;
    if (!message) return { body: followedBy(received, request) };
    const call = new ServedCall(rpc, { get: (name) => headerOf(request, name) }, deadline, peer);
    response.once('close', () => call.cancel('the caller is gone', Code.Canceled));
    try {
      const answer = wire.encode(output, (await handle(call, message)) as Message);
      call.answered();
      response.setHeader(CORRELATION_HEADER, call.correlationId);
      for (const [name, value] of call.sentHeaders ?? []) response.setHeader(name, value);
      wire.send(response, answer);
      return undefined;
    } catch (error) {
      return { body: followedBy(received, request), failed: { call, error } };
    }
  };
}

/** A host as nearly every caller writes it. */
const PLAIN_HOST = /^[\w.-]+(:\d{1,5})?$/;

/** How messages travel, when nothing about the request is out of the ordinary. */
function wireOf(request: HttpRequest): UnaryWire | undefined {
  const { method, headers, httpVersionMajor } = request;
  const type = headers['content-type'] ?? '';
  if (method !== 'POST' || !PLAIN_HOST.test(headerOf(request, ':authority') ?? headers.host ?? '')) return undefined;
  if (headers['content-encoding'] !== undefined || headers['grpc-encoding'] !== undefined) return undefined;
  if (Number(headers['content-length'] ?? 0) > MAX_MESSAGE_BYTES) return undefined;
  const wire = Object.hasOwn(UNARY_WIRES, type) ? UNARY_WIRES[type] : undefined;
  return wire?.needsHttp2 && httpVersionMajor < 2 ? undefined : wire;
}

/** How long the caller waits; infinite when it does not say, undefined when it says so in no way that can be read. */
function timeoutOf(request: HttpRequest): number | undefined {
  const [connect, grpc] = [headerOf(request, 'connect-timeout-ms'), headerOf(request, 'grpc-timeout')];
  if (connect === undefined && grpc === undefined) return Number.POSITIVE_INFINITY;
  const isGrpc = headerOf(request, 'content-type')?.startsWith('application/grpc');
  const { timeoutMs = Number.POSITIVE_INFINITY, error } = isGrpc
    ? grpcTimeout(grpc ?? null, LONGEST_TIMER_MS)
    : connectTimeout(connect ?? null, LONGEST_TIMER_MS);
  return error ? undefined : timeoutMs;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
