/** Shows the traces whose spans are kept. */
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { DomainError } from '#chassis/domain-error.ts';
import { type Span, type SpanKind, SpanSchema } from '#gen/tradewind/operations/v1/operations_pb.ts';

/** A span as it is kept. Times in milliseconds, the beginning since the epoch. */
export interface TracedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  service: string;
  version: string;
  name: string;
  kind: number;
  startMs: number;
  durationMs: number;
  failed: boolean;
  attributes: Record<string, string>;
  errors: string[];
}

/** What keeps them. */
export interface Spans {
  trace(traceId: string): TracedSpan[];
  traces(): Iterable<readonly TracedSpan[]>;
  readonly size: number;
  readonly oldestMs: number | undefined;
  readonly lastHeardMs: number | undefined;
}

export interface TraceFilter {
  service: string;
  name: string;
  errorsOnly: boolean;
  minDurationMs: number;
  pageSize: number;
}

const DEFAULT_PAGE = 50;
const RECEIVING_MS = 300_000;

export function traceCases(spans: Spans) {
  return {
    list({ service, name, errorsOnly, minDurationMs, pageSize }: TraceFilter) {
      const found: (readonly TracedSpan[])[] = [];
      const most = pageSize || DEFAULT_PAGE;
      for (const trace of spans.traces()) {
        if (found.length === most) break;
        if (service !== '' && !trace.some((span) => span.service === service)) continue;
        if (name !== '' && !trace.some((span) => span.name.includes(name))) continue;
        if (errorsOnly && !trace.some((span) => span.failed)) continue;
        if (firstOf(trace).durationMs >= minDurationMs) found.push(trace);
      }
      const heard = spans.lastHeardMs;
      return {
        traces: found.toSorted((a, b) => firstOf(b).startMs - firstOf(a).startMs).map(summaryOf),
        spansKept: spans.size,
        ...(spans.oldestMs !== undefined && { oldestTime: timestampFromMs(spans.oldestMs) }),
        receiving: heard !== undefined && Date.now() - heard < RECEIVING_MS,
      };
    },

    get(traceId: string) {
      const trace = spans.trace(traceId);
      if (trace.length === 0) throw new DomainError('TRACE_NOT_FOUND', { trace_id: traceId });
      return { summary: summaryOf(trace), spans: trace.map(shownSpan) };
    },
  };
}

/** The one that the others are part of; of several, as when the first is not kept, the one that began first. */
function firstOf(trace: readonly TracedSpan[]): TracedSpan {
  const own = new Set(trace.map(({ spanId }) => spanId));
  const roots = trace.filter(({ parentSpanId }) => !own.has(parentSpanId));
  return (roots.length > 0 ? roots : trace).reduce((first, span) => (span.startMs < first.startMs ? span : first));
}

function summaryOf(trace: readonly TracedSpan[]) {
  const first = firstOf(trace);
  return {
    traceId: first.traceId,
    name: first.name,
    service: first.service,
    startTime: timestampFromMs(first.startMs),
    durationMs: first.durationMs,
    spans: trace.length,
    errors: trace.filter(({ failed }) => failed).length,
    services: [...new Set(trace.map(({ service }) => service))].sort(),
  };
}

export function shownSpan({ startMs, kind, ...span }: TracedSpan): Span {
  return create(SpanSchema, { ...span, kind: kind as SpanKind, startTime: timestampFromMs(startMs) });
}
