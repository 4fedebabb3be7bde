import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { SpanKind, trace } from '@opentelemetry/api';
import { withSpan } from '#chassis/telemetry.ts';
import type { SecureChannel } from '../tls/channel-credentials.ts';
import { currentCall } from './call.ts';
import { countCall, countUnreached } from './client-metrics.ts';
import { assertNotOver, persist } from './persist.ts';
import type { OnCircuit } from './resilience/breaker.ts';
import { Guards } from './resilience/guard.ts';
import { unreachable } from './resilience/refusal.ts';
import { StaleAnswers, staleKey } from './resilience/stale-answers.ts';
import { Budget } from './retry.ts';
import type { ServiceToken } from './service-token.ts';
import { addressCount, openChannel } from './transport/channel.ts';
import { Connection } from './transport/connection.ts';
import { type MethodPlan, planOf } from './transport/method-plan.ts';
import { deadlineOf, metadataOf } from './transport/outgoing.ts';
import { encode, encodeAll, staleResponse, streamResponse, unaryResponse } from './transport/response.ts';
import { type StreamReply, sendStream } from './transport/stream.ts';
import { sendUnary } from './transport/unary.ts';
import { isUnreached } from './unreached.ts';

export interface GrpcTransportOptions {
  /** `host:port[,host:port]`: calls are spread over the addresses. */
  target: string;
  /** Who this service is, shown to the other side with every call. */
  serviceToken?: string | ServiceToken;
  tls?: SecureChannel | undefined;
  /** The share of calls that may be retries; 0.1 when unset. */
  retryShare?: number;
  /** Told when this client stops calling a dependency that fails, and when it calls again. */
  onCircuit?: OnCircuit;
}

/**
 * Carries the calls of generated Connect clients over a grpc-js channel, with what every call inside the mesh owes: the deadline, the
 * correlation id and the trace of the call being served travel on, this service and its user are named, and what is done for a caller who
 * has gone ends.
 *
 * ```ts
 * const orders = createClient(OrdersService, createGrpcTransport({ target: '127.0.0.1:9001' }));
 * ```
 * What stands between a call and a service that fails or is slow comes from the contract, outermost first: an earlier answer where one
 * will do, the deadline, retries of what is idempotent, a bounded number of calls at a time, the circuit breaker, a second call when a
 * read is slow. Streams pass the deadline and the breaker only: they are never retried, because part of them may have been seen, and
 * would hold a place for as long as they last.
 */
export function createGrpcTransport(options: GrpcTransportOptions): Transport & { close(): void } {
  const client = openChannel(options.target, undefined, options.tls);
  const retries = new Budget(options.retryShare);
  const connection = new Connection(client);
  const guards = new Guards(addressCount(options.target), connection, options.onCircuit);
  const stale = new StaleAnswers();
  const { serviceToken: given } = options;
  const [constantToken, fetchToken] = typeof given === 'function' ? [undefined, given] : [given, undefined];
  return {
    unary: async (method, givenSignal, timeoutMs, header, input) => {
      const plan = planOf(method);
      const signal = givenSignal ?? currentCall()?.signal;
      const { bulkhead, breaker, hedge } = guards.of(plan);
      const deadline = deadlineOf(plan, timeoutMs);
      const request = encode(method.input, input);
      let token = constantToken;
      const start = () => {
        const metadata = metadataOf(plan, header, token, deadline);
        return sendUnary(client, plan.path, request, metadata, deadline, signal);
      };
      const send = hedge === undefined ? () => start().reply : () => hedge.send(start, deadline);
      const whenReached = async (until: number) => {
        await connection.settled(until, signal);
        if (connection.isGone()) throw unreachable(plan.resilience.dependency);
        return send();
      };
      // What is idempotent may wait for a dependency that restarts, as long as something ends the wait; anything else fails at once.
      const isPatient = plan.idempotent && deadline !== undefined;
      const reach = () => (isPatient && !connection.isReady() ? whenReached(deadline) : send());
      const attempt = () => bulkhead.run(() => breaker.run(reach), deadline, signal);
      const key = plan.resilience.staleOkMs > 0 ? staleKey(plan, request, header) : undefined;
      try {
        return await observed(plan, async () => {
          if (fetchToken) token = await fetchToken();
          assertNotOver(deadline, signal);
          const reply = await persist(plan, retries, deadline, signal, attempt);
          const response = unaryResponse(method, reply);
          if (key !== undefined) stale.keep(key, reply.bytes);
          return response;
        });
      } catch (error) {
        const earlier = key === undefined ? undefined : stale.inPlaceOf(error, plan, key);
        if (earlier === undefined) throw error;
        return staleResponse(method, earlier.bytes, earlier.ageSeconds);
      }
    },
    stream: async (method, givenSignal, timeoutMs, header, input) => {
      const plan = planOf(method);
      const signal = givenSignal ?? currentCall()?.signal;
      const deadline = deadlineOf(plan, timeoutMs);
      const { breaker } = guards.of(plan);
      const open = async () => {
        const token = fetchToken ? await fetchToken() : constantToken;
        assertNotOver(deadline, signal);
        const metadata = metadataOf(plan, header, token, deadline);
        const call = { kind: method.methodKind, path: plan.path, metadata, deadline, signal };
        const begin = () => sendStream(client, call, encodeAll(method.input, input));
        return breaker.run(begin, failureOf);
      };
      return streamResponse(method, await observed(plan, open, failureOf));
    },
    close: () => client.close(),
  };
}

const SPAN_ATTRIBUTES = { 'rpc.system': 'grpc' };

const failureOf = (reply: StreamReply) => reply.failure;

/** Measures a call, and makes it a span of the trace it belongs to. A stream counts as done when its first answer arrives; `failure` tells that none did. */
async function observed<T>(
  plan: MethodPlan,
  call: () => Promise<T>,
  failure: (result: T) => unknown = () => undefined,
): Promise<T> {
  const startedAt = performance.now();
  try {
    const result = await (isUnrecorded() ? call() : withSpan(plan.name, SPAN_ATTRIBUTES, call, SpanKind.CLIENT));
    count(plan.name, failure(result), startedAt);
    return result;
  } catch (error) {
    count(plan.name, error, startedAt);
    throw error;
  }
}

function count(rpc: string, failure: unknown, startedAt: number): void {
  const code = failure instanceof ConnectError ? failure.code : Code.Unknown;
  countCall(rpc, failure === undefined ? undefined : code, startedAt);
  if (isUnreached(failure)) countUnreached(rpc);
}

/** Within a trace that nobody records a span of its own would be lost work; the trace id travels all the same. */
function isUnrecorded(): boolean {
  return trace.getActiveSpan()?.isRecording() === false;
}
