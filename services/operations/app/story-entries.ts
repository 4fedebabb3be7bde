/** Makes entries of an order's story from what each source tells. */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Notification } from '#gen/tradewind/notifications/v1/notifications_pb.ts';
import {
  type Event,
  EventHandlingState,
  type StoryEntry,
  StoryEntrySchema,
} from '#gen/tradewind/operations/v1/operations_pb.ts';
import {
  type OrderHistoryEntry,
  OrderStateSchema,
  type Saga,
  SagaState,
  SagaStateSchema,
} from '#gen/tradewind/orders/v1/orders_pb.ts';
import { shownSpan, type TracedSpan } from './traces.ts';

/** What each consumer that wants an event did with it. */
export type Handlings = (event: Event) => { consumer: string; state: EventHandlingState }[];

const entry = (init: MessageInitShape<typeof StoryEntrySchema>): StoryEntry => create(StoryEntrySchema, init);

export function historyEntry({ time, type, version, state, details }: OrderHistoryEntry): StoryEntry {
  const named = OrderStateSchema.value[state]?.localName ?? '';
  return entry({
    ...(time && { time }),
    service: 'orders',
    title: type,
    detail: { case: 'history', value: { version, state: named, detailsJson: details } },
  });
}

const WENT_WRONG = new Set(['refused', 'failed']);
const ENDED = new Set<SagaState>([SagaState.COMPLETED, SagaState.COMPENSATED, SagaState.PARKED]);

export function sagaEntries({ id, kind, state, startTime, updateTime, problem, moves }: Saga): StoryEntry[] {
  const about = (step: string, outcome: string, why: string) => ({
    case: 'saga' as const,
    value: { sagaId: id, kind, step, outcome, problem: why },
  });
  const began = entry({
    ...(startTime && { time: startTime }),
    service: 'orders',
    title: `${kind} began`,
    detail: about('', 'began', ''),
  });
  const moved = moves.map(({ step, outcome, time, problem: why }) =>
    entry({
      ...(time && { time }),
      service: 'orders',
      title: `${step} ${outcome}`,
      failed: WENT_WRONG.has(outcome),
      detail: about(step, outcome, why),
    }),
  );
  if (!ENDED.has(state)) return [began, ...moved];
  const named = SagaStateSchema.value[state]?.localName.toLowerCase() ?? '';
  const end = entry({
    ...(updateTime && { time: updateTime }),
    service: 'orders',
    title: `${kind} ${named}`,
    failed: state === SagaState.PARKED,
    detail: about('', named, problem),
  });
  return [began, ...moved, end];
}

export function eventEntry(event: Event, handlingsOf: Handlings): StoryEntry {
  const handlings = handlingsOf(event);
  return entry({
    ...(event.time && { time: event.time }),
    service: event.type.split('.')[1] ?? '',
    title: event.type.split('.').at(-1) ?? event.type,
    failed: handlings.some(({ state }) => state === EventHandlingState.DEAD),
    detail: { case: 'event', value: { event, handlings } },
  });
}

export function mailEntry(event: Event, notification: Notification | undefined): StoryEntry {
  const told = JSON.parse(event.payloadJson || '{}') as { kind?: string; problem?: string };
  const kind = told.kind ?? '';
  const failed = event.type.endsWith('Failed');
  return entry({
    ...(event.time && { time: event.time }),
    service: 'notifications',
    title: `mail ${kind.toLowerCase().replaceAll('_', ' ')} ${failed ? 'given up' : 'sent'}`,
    failed,
    detail: {
      case: 'mail',
      value: {
        notificationId: event.aggregateId,
        kind,
        subject: notification?.subject ?? '',
        attempts: notification?.attempts ?? 0,
        problem: told.problem ?? '',
      },
    },
  });
}

export function spanEntry(span: TracedSpan): StoryEntry {
  return entry({
    time: timestampFromMs(span.startMs),
    service: span.service,
    title: span.name,
    failed: span.failed,
    detail: { case: 'span', value: { traceId: span.traceId, span: shownSpan(span) } },
  });
}
