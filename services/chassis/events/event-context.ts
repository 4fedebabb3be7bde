/** Ties what a handler does to the event it handles: same trace, same correlation, and the event as its cause. */
import { SpanKind } from '@opentelemetry/api';
import { withRemoteTrace } from '../telemetry.ts';
import { causedBy } from './current-event.ts';
import type { EventMeta } from './subscription.ts';
import { withinLimit } from './time-limit.ts';

/**
 * Runs a handler as a span of the trace that published the event, and no longer than its limit. Clients and logs read the correlation id from the current call; a
 * handler has nobody's credentials to pass on.
 */
export function inEventContext<T>(
  { consumer, limitMs }: { consumer: string; limitMs: number },
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
  const about = { caller: { service: `consumer ${consumer}` }, correlationId: meta.correlationId };
  return withinLimit(limitMs, about, () =>
    causedBy({ id: meta.id, correlationId: meta.correlationId }, () =>
      withRemoteTrace(traceparent, `consume ${meta.type}`, attributes, run, SpanKind.CONSUMER),
    ),
  );
}
