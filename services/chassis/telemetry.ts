import type { Agent } from 'node:https';
import {
  type Attributes,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { withoutValues } from './db/without-values.ts';
import { limitedSampler } from './limited-sampler.ts';

const propagator = new W3CTraceContextPropagator();
const tracer = trace.getTracer('tradewind');
let recordsAny = false;

/**
 * Starts tracing for this process. Every unit of work has a trace id, which logs and events carry; spans are recorded and exported by OTLP over HTTP only when
 * an endpoint is given (or a test brings a processor), so that tracing costs next to nothing otherwise.
 */
export async function startTelemetry(options: {
  service: string;
  version: string;
  otlpEndpoint?: string | undefined;
  /** How spans are sent there; without it by plain HTTP or by TLS with an authority that Node knows. */
  otlpAgent?: (() => Agent) | undefined;
  /** The most traces of each name that are begun in a second; all when unset. */
  perSecond?: number | undefined;
  processor?: SpanProcessor;
}): Promise<{ shutdown(): Promise<void> }> {
  const { otlpEndpoint, otlpAgent, perSecond } = options;
  const processor = options.processor ?? (otlpEndpoint ? await exportTo(otlpEndpoint, otlpAgent) : undefined);
  const root = perSecond === undefined ? new AlwaysOnSampler() : limitedSampler(perSecond);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.service, 'service.version': options.version }),
    sampler: processor ? new ParentBasedSampler({ root }) : new AlwaysOffSampler(),
    spanProcessors: processor ? [processor] : [],
  });
  recordsAny = processor !== undefined;
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return { shutdown: () => provider.shutdown() };
}

/** The endpoint is a base, which may have a path of its own: https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp */
async function exportTo(endpoint: string, agent: (() => Agent) | undefined): Promise<SpanProcessor> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  return new BatchSpanProcessor(new OTLPTraceExporter({ url, ...(agent && { httpAgentOptions: agent }) }));
}

/** Runs `work` in a span that is a child of the running one. A throw marks it failed. */
export function withSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
  kind: SpanKind = SpanKind.INTERNAL,
): Promise<T> {
  return tracer.startActiveSpan(name, { attributes, kind }, (span) => finish(span, work));
}

/** Runs `work` in a span that goes on a trace begun elsewhere: another process, a stored row, a message. */
export function withRemoteTrace<T>(
  traceparent: string | undefined,
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
  kind: SpanKind = SpanKind.INTERNAL,
): Promise<T> {
  const parent = traceparent
    ? propagator.extract(context.active(), { traceparent }, defaultTextMapGetter)
    : context.active();
  return tracer.startActiveSpan(name, { attributes, kind }, parent, (span) => finish(span, work));
}

/** The W3C `traceparent` of the running span, to be sent or stored. Empty outside any span. */
export function injectTrace(): { traceparent?: string } {
  const carrier: { traceparent?: string } = {};
  propagator.inject(context.active(), carrier, defaultTextMapSetter);
  return carrier;
}

/** Whether the running span is recorded, so that a part of it is worth a span of its own. Where nothing ever is, this costs nothing. */
export function isRecorded(): boolean {
  return recordsAny && trace.getActiveSpan()?.isRecording() === true;
}

/** The running trace's id. Undefined outside any span. */
export function traceId(): string | undefined {
  return trace.getActiveSpan()?.spanContext().traceId;
}

async function finish<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    return await work(span);
  } catch (error) {
    if (span.isRecording()) {
      const told = withoutValues(error);
      span.recordException(told instanceof Error ? told : String(told));
    }
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
