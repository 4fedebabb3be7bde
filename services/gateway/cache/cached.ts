import { type DescMethodUnary, fromBinary, getOption, type Message, toBinary } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { Counter } from 'prom-client';
import { registry } from '#chassis/metrics.ts';
import { type Call, runInCall } from '#chassis/rpc/call.ts';
import { encoded, readFrom } from '#chassis/rpc/encoded.ts';
import { STALE_HEADER } from '#chassis/rpc/resilience/stale-answers.ts';
import { Access, type RpcPolicy, rpc as rpcOption } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import type { KeptAnswer, KeptAnswers } from './kept-answers.ts';

const asked = new Counter({
  name: 'tradewind_cache_answers_total',
  help: 'Calls that may be answered from what the gateway keeps, by RPC and by how they were: hit, stale (and asked anew), shared (with others who asked at the same time), miss, bypass.',
  labelNames: ['rpc', 'how'],
  registers: [registry],
});

/** What a caller says who wants an answer that is not an earlier one. */
const NO_CACHE = /\bno-(cache|store)\b/i;

/** What a service answers, and how old that is if it stands in for one that could not be had. */
export interface Answered {
  message: Message;
  staleSeconds: number | undefined;
}

/** An answer that was asked for, and as it is kept from now on if it may be. */
interface Fetched extends Answered {
  kept?: KeptAnswer;
}

export type Ask = (request: Message, call: Call) => Promise<Answered>;

/** Whether answers of an RPC are for everybody and may be kept. Throws when the contract says so of one whose answers are not. */
export function isCached(method: DescMethodUnary): boolean {
  const { cacheSeconds, access } = getOption(method, rpcOption);
  if (cacheSeconds === 0) return false;
  if (access === Access.PUBLIC && method.idempotency === Idempotency.NO_SIDE_EFFECTS) return true;
  throw new Error(
    `${method.parent.typeName}/${method.name} has cache_seconds, but is not open to anyone and without side effects`,
  );
}

/**
 * Answers with what is known, for as long as the contract allows; for as long again while it asks anew. Those who ask the same at one time share one call, which is
 * made for nobody in particular: without user, deadline or wishes of whoever came first. Who says `no-cache` has the service asked again, and who asks for faults gets an answer of its own.
 */
export function cached(method: DescMethodUnary, kept: KeptAnswers, ask: Ask) {
  const { input, output, parent, name } = method;
  const policy = getOption(method, rpcOption);
  const freshMs = policy.cacheSeconds * 1000;
  const flights = new Map<string, Promise<Fetched>>();
  const count = (how: string) => asked.inc({ rpc: `${parent.typeName}/${name}`, how });
  const lasting = lastingOf(policy);
  const flightOf = (key: string) => `${kept.era(parent.typeName)}\n${key}`;

  /** Asks for an answer that everybody may have. */
  async function fetch(key: string, request: Message, call: Call): Promise<Fetched> {
    const era = kept.era(parent.typeName);
    const neutral = forNobody(call, policy.timeoutMs);
    const answer = await runInCall(neutral, () => ask(request, neutral));
    if (answer.staleSeconds !== undefined) return answer;
    const bytes = new Uint8Array(encoded(output, answer.message));
    return { ...answer, kept: kept.keep(parent.typeName, key, era, bytes) };
  }

  /** Asks once for all who want the same answer at one time. */
  function share(key: string, request: Message, call: Call): Promise<Fetched> {
    const flight = flightOf(key);
    const flying = flights.get(flight);
    if (flying) return flying;
    const coming = fetch(key, request, call).finally(() => flights.delete(flight));
    flights.set(flight, coming);
    return coming;
  }

  function announce(call: Call, answer: KeptAnswer): void {
    call.responseHeaders.set('etag', answer.etag);
    call.responseHeaders.set('cache-control', lasting);
    call.responseHeaders.set('age', String(Math.max(0, Math.floor((Date.now() - answer.at) / 1000))));
  }

  function tellKept(call: Call, answer: KeptAnswer): Message {
    announce(call, answer);
    return readFrom(fromBinary(output, answer.bytes), answer.bytes);
  }

  function tell(call: Call, { message, staleSeconds, kept: known }: Fetched): Message {
    if (known) announce(call, known);
    if (staleSeconds !== undefined) call.responseHeaders.set(STALE_HEADER, String(staleSeconds));
    return message;
  }

  return async (request: Message, call: Call): Promise<Message> => {
    if (call.faults !== undefined) {
      count('bypass');
      return tell(call, await ask(request, call));
    }
    const key = `${name}\n${Buffer.from(toBinary(input, request, { writeUnknownFields: false })).toString('latin1')}`;
    if (NO_CACHE.test(call.headers.get('cache-control') ?? '')) {
      count('bypass');
      return tell(call, await fetch(key, request, call));
    }
    const known = kept.find(parent.typeName, key);
    const ageMs = known ? Date.now() - known.at : Number.POSITIVE_INFINITY;
    if (known && ageMs < 2 * freshMs) {
      count(ageMs < freshMs ? 'hit' : 'stale');
      if (ageMs >= freshMs) share(key, request, call).catch(() => undefined);
      return tellKept(call, known);
    }
    count(flights.has(flightOf(key)) ? 'shared' : 'miss');
    return tell(call, await share(key, request, call));
  };
}

/** For caches on the way and in the browser, in the words of RFC 9111 and RFC 5861. */
function lastingOf({ cacheSeconds, staleOkSeconds }: RpcPolicy): string {
  const words = [`public, max-age=${cacheSeconds}`, `stale-while-revalidate=${cacheSeconds}`];
  if (staleOkSeconds > 0) words.push(`stale-if-error=${staleOkSeconds}`);
  return words.join(', ');
}

const NEVER = new AbortController().signal;

function forNobody({ rpc, correlationId }: Call, timeoutMs: number): Call {
  return {
    rpc,
    correlationId,
    headers: { get: () => undefined },
    signal: NEVER,
    deadline: timeoutMs > 0 ? Date.now() + timeoutMs : undefined,
    caller: { service: 'external' },
    responseHeaders: new Map(),
  };
}
