/** Draws the map of the mesh from what its instances told in two rounds and from how far consumers are. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { InstanceAnswer } from '#chassis/introspection/answer.ts';
import { services } from '#chassis/local/topology.ts';
import {
  CircuitState,
  type EventEdgeSchema,
  type ServiceMapSchema,
  type StreamStateSchema,
} from '#gen/tradewind/operations/v1/operations_pb.ts';
import { quantileMs, total } from '../domain/tally.ts';
import { allCalls, type Calls, callsGrown, countGrown, MADE, type Round, SERVED, sumOf } from './growth.ts';
import type { Pair } from './rounds.ts';
import { isStream } from './rpcs.ts';

type Streams = readonly MessageInitShape<typeof StreamStateSchema>[];

/** Without `streams` the way of events is named as missing. */
export function serviceMap(
  { before, after, problem }: Pair,
  streams: Streams | undefined,
): MessageInitShape<typeof ServiceMapSchema> {
  const seconds = Math.max((after.time - before.time) / 1000, 0.001);
  const served = callsGrown(before, after, SERVED);
  const nodes = services.map(({ name, contracts }) => ({
    name,
    contracts: contracts.map(({ typeName }) => typeName),
    instances: after.answers
      .filter(({ service }) => service === name)
      .map((answer) => instanceOf(answer, before, seconds)),
    ...rates(served.get(name) ?? [], seconds),
  }));
  return {
    time: timestampFromDate(new Date(after.time)),
    services: nodes,
    calls: callEdges(before, after, seconds),
    events: streams
      ? eventEdges(streams, countGrown(before, after, 'tradewind_events_handled_total', 'consumer'), seconds)
      : [],
    missingParts: [
      ...(problem === undefined ? [] : [{ part: 'instances', reason: problem }]),
      ...(streams ? [] : [{ part: 'events', reason: 'the broker cannot be reached' }]),
    ],
  };
}

function rates(byRpc: Iterable<[rpc: string, Calls]>, seconds: number) {
  const calls = [...byRpc];
  const { tally, errors } = allCalls(calls.map(([, each]) => each));
  const { tally: timed } = allCalls(calls.filter(([rpc]) => !isStream(rpc)).map(([, each]) => each));
  return {
    callsPerSecond: total(tally) / seconds,
    errorsPerSecond: errors / seconds,
    p50Ms: quantileMs(timed, 0.5),
    p95Ms: quantileMs(timed, 0.95),
  };
}

function instanceOf(answer: InstanceAnswer, { answers }: Round, seconds: number) {
  const previous = answers.find(({ instance }) => instance === answer.instance);
  const cpu = (of: InstanceAnswer) => sumOf(of, 'process_cpu_seconds_total');
  return {
    id: answer.instance,
    version: answer.version,
    uptimeSeconds: answer.uptimeSeconds,
    ready: answer.ready,
    phase: answer.phase,
    dependencies: answer.dependencies.map(({ name, state, critical, latency_ms, problem }) => ({
      name,
      up: state === 'up',
      critical,
      latencyMs: latency_ms,
      problem: problem ?? '',
    })),
    memoryBytes: BigInt(Math.round(sumOf(answer, 'process_resident_memory_bytes'))),
    eventLoopLagMs: sumOf(answer, 'nodejs_eventloop_lag_p99_seconds') * 1000,
    cpuShare: previous && previous !== answer ? Math.max((cpu(answer) - cpu(previous)) / seconds, 0) : 0,
    callsInFlight: sumOf(answer, 'tradewind_rpc_server_in_flight'),
  };
}

/** `orders` of `tradewind.orders.v1.OrdersService/PlaceOrder`. */
const ownerOf = (rpc: string) => rpc.split('.')[1] ?? rpc;

function callEdges(before: Round, after: Round, seconds: number) {
  return [...callsGrown(before, after, MADE)].flatMap(([caller, byRpc]) =>
    [...Map.groupBy(byRpc, ([rpc]) => ownerOf(rpc))].map(([callee, calls]) => ({
      caller,
      callee,
      ...rates(calls, seconds),
      circuit: circuitOf(after, caller, callee),
    })),
  );
}

const CIRCUITS = [CircuitState.CLOSED, CircuitState.HALF_OPEN, CircuitState.OPEN];

/** The worst that any instance of the caller tells. */
function circuitOf({ answers }: Round, caller: string, callee: string): CircuitState {
  const told = answers
    .filter(({ service }) => service === caller)
    .flatMap(({ values }) => values.tradewind_breaker_state ?? [])
    .filter(({ labels }) => labels.dependency === callee)
    .map(({ value }) => value);
  return told.length === 0 ? CircuitState.UNSPECIFIED : (CIRCUITS[Math.max(...told)] ?? CircuitState.UNSPECIFIED);
}

function eventEdges(streams: Streams, handled: Map<string, number>, seconds: number) {
  const edges = new Map<string, Required<Omit<MessageInitShape<typeof EventEdgeSchema>, '$typeName' | '$unknown'>>>();
  for (const stream of streams) {
    for (const { name = '', lag = 0n, unacknowledged = 0n } of stream.consumers ?? []) {
      const producer = services.find((service) => stream.name === service.name.toUpperCase())?.name;
      const consumer = services.find((service) => name.startsWith(`${service.name}-`))?.name;
      if (!producer || !consumer) continue;
      const edge = edges.get(`${producer} ${consumer}`);
      edges.set(`${producer} ${consumer}`, {
        producer,
        consumer,
        durables: [...(edge?.durables ?? []), name],
        lag: (edge?.lag ?? 0n) + lag,
        unacknowledged: (edge?.unacknowledged ?? 0n) + unacknowledged,
        eventsPerSecond: (edge?.eventsPerSecond ?? 0) + (handled.get(name) ?? 0) / seconds,
      });
    }
  }
  return [...edges.values()];
}
