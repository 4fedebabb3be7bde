/** Ties what a handler does to the event it handles: same trace, same correlation, and the event as its cause. */
import { SpanKind } from '@opentelemetry/api';
import { runInCall, type Work } from '../rpc/call.ts';
import { withRemoteTrace } from '../telemetry.ts';
import { causedBy } from './current-event.ts';
import type { EventMeta } from './subscription.ts';

/** Runs a handler as a span of the trace that published the event. */
export function inEventContext<T>(
  consumer: string,
  meta: EventMeta,
  traceparent: string | undefined,
  run: () => Promise<T>,
): Promise<T> {
  const attributes = {
    'messaging.system': 'nats',
    'messaging.operation': 'process',
    'messaging.message.id': meta.id,
    'messaging.consumer.group.name': consumer,
  };
  return runInCall(eventCall(consumer, meta), () =>
    causedBy({ id: meta.id, correlationId: meta.correlationId }, () =>
      withRemoteTrace(traceparent, `consume ${meta.type}`, attributes, run, SpanKind.CONSUMER),
    ),
  );
}

/** Clients and logs read the correlation id from the current call; a handler has nobody's deadline and credentials to pass on. */
function eventCall(consumer: string, meta: EventMeta): Work {
  return {
    headers: { get: () => undefined },
    get signal() {
      return new AbortController().signal;
    },
    deadline: undefined,
    caller: { service: `consumer ${consumer}` },
    correlationId: meta.correlationId,
    get responseHeaders() {
      return new Headers();
    },
  };
}
