/** Reads spans as services send them: OTLP over HTTP, as protobuf (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
import { fromBinary } from '@bufbuild/protobuf';
import type { AnyValue, KeyValue } from '#gen/opentelemetry/proto/common/v1/common_pb.ts';
import { type Span, Status_StatusCode, TracesDataSchema } from '#gen/opentelemetry/proto/trace/v1/trace_pb.ts';
import type { KeptSpan } from './span-store.ts';

/** What one span may take: a statement is cut there. */
const LONGEST_TEXT = 2_000;
const MOST_ATTRIBUTES = 32;
const MOST_ERRORS = 5;

/** Texts that come again and again, so that each is kept once. Emptied when there are many, which costs memory and nothing else. */
const texts = new Map<string, string>();
const MOST_TEXTS = 5_000;

/** An ExportTraceServiceRequest has the shape of TracesData. Throws when it is none. */
export function readOtlp(body: Uint8Array): KeptSpan[] {
  const { resourceSpans } = fromBinary(TracesDataSchema, body, { readUnknownFields: false });
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const about = attributesOf(resource?.attributes ?? []);
    const [service, version] = [about['service.name'] ?? 'unknown', about['service.version'] ?? ''];
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => keptSpan(span, service, version)));
  });
}

function keptSpan(span: Span, service: string, version: string): KeptSpan {
  const startMs = Number(span.startTimeUnixNano / 1_000n) / 1_000;
  return {
    traceId: Buffer.from(span.traceId).toString('hex'),
    spanId: Buffer.from(span.spanId).toString('hex'),
    parentSpanId: Buffer.from(span.parentSpanId).toString('hex'),
    service: once(service),
    version: once(version),
    name: once(span.name.slice(0, LONGEST_TEXT)),
    kind: span.kind,
    startMs,
    durationMs: Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e6,
    failed: span.status?.code === Status_StatusCode.ERROR,
    attributes: attributesOf(span.attributes),
    errors: span.events
      .filter(({ name }) => name === 'exception')
      .slice(0, MOST_ERRORS)
      .map((event) => errorLine(attributesOf(event.attributes))),
  };
}

function errorLine(told: Record<string, string>): string {
  return [told['exception.type'], told['exception.message']].filter(Boolean).join(': ').replaceAll(/\s+/g, ' ');
}

function attributesOf(pairs: readonly KeyValue[]): Record<string, string> {
  return Object.fromEntries(pairs.slice(0, MOST_ATTRIBUTES).map(({ key, value }) => [once(key), once(textOf(value))]));
}

function textOf(given: AnyValue | undefined): string {
  const value = given?.value;
  switch (value?.case) {
    case 'stringValue':
      return value.value.slice(0, LONGEST_TEXT);
    case 'boolValue':
    case 'intValue':
    case 'doubleValue':
      return String(value.value);
    case 'arrayValue':
      return value.value.values.slice(0, MOST_ATTRIBUTES).map(textOf).join(', ').slice(0, LONGEST_TEXT);
    default:
      return '';
  }
}

function once(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= MOST_TEXTS) texts.clear();
  texts.set(text, text);
  return text;
}
