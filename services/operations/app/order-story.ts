/** Puts together all that is known of one order. Whatever part cannot be had is named; the order itself must be there. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { create } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import { DomainError, reasonOf } from '#chassis/domain-error.ts';
import type { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import {
  type Event,
  type MissingPart,
  MissingPartSchema,
  type OrderStorySchema,
  type StoryEntry,
} from '#gen/tradewind/operations/v1/operations_pb.ts';
import type { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { type Order, OrderStateSchema } from '#gen/tradewind/orders/v1/orders_pb.ts';
import type { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { eventEntry, type Handlings, historyEntry, mailEntry, sagaEntries, spanEntry } from './story-entries.ts';
import type { TracedSpan } from './traces.ts';

export interface StorySources {
  orders: Client<typeof OrdersService>;
  sagas: Client<typeof OrdersOperationsService>;
  mails: Client<typeof NotificationsService>;
  /** The events that have to do with an order, of those stored since it was placed; oldest first. Throws when the broker is away. */
  events(order: Order): Promise<{ events: Event[]; handlings: Handlings; cut: boolean }>;
  trace(traceId: string): TracedSpan[];
}

type Story = MessageInitShape<typeof OrderStorySchema>;

/** The longest story that is told: each trace has hundreds of statements. */
const MOST_SPANS = 1_000;

export function orderStory({ orders, sagas, mails, events, trace }: StorySources) {
  return async (orderId: string): Promise<Story> => {
    const order = await orderOf(orders, orderId);
    const missing: MissingPart[] = [];
    const part = async (name: string, entries: () => Promise<StoryEntry[]>): Promise<StoryEntry[]> => {
      try {
        return await entries();
      } catch (error) {
        missing.push(create(MissingPartSchema, { part: name, reason: whyOf(error) }));
        return [];
      }
    };
    const traceIds = new Set<string>();
    const found: Event[] = [];
    const [history, moves, published] = await Promise.all([
      part('history', async () => (await orders.getOrderHistory({ orderId })).entries.map(historyEntry)),
      part('sagas', () => sagaMoves(sagas, orderId)),
      part('events', async () => {
        const { events: all, handlings, cut } = await events(order);
        if (cut) missing.push(create(MissingPartSchema, { part: 'events', reason: 'only the first are shown' }));
        found.push(...all);
        for (const { traceId } of all) if (traceId !== '') traceIds.add(traceId);
        return all.map((event) => eventEntry(event, handlings));
      }),
    ]);
    const sent = await part('mails', () => Promise.all(found.filter(isMail).map((event) => mailOf(mails, event))));
    const all = [...traceIds].flatMap(trace);
    if (all.length === 0)
      missing.push(create(MissingPartSchema, { part: 'spans', reason: 'none of its traces is kept' }));
    if (all.length > MOST_SPANS)
      missing.push(create(MissingPartSchema, { part: 'spans', reason: `only the first ${MOST_SPANS} are shown` }));
    const spans = all
      .toSorted((a, b) => a.startMs - b.startMs)
      .slice(0, MOST_SPANS)
      .map(spanEntry);
    return {
      orderId,
      state: OrderStateSchema.value[order.state]?.localName ?? '',
      traceIds: [...traceIds],
      entries: [...history, ...moves, ...published, ...sent, ...spans].toSorted(byTime),
      missingParts: missing,
    };
  };
}

async function orderOf(orders: Client<typeof OrdersService>, orderId: string): Promise<Order> {
  try {
    const { order } = await orders.getOrder({ orderId });
    if (order) return order;
  } catch (error) {
    if (reasonOf(error)?.reason !== 'ORDER_NOT_FOUND') throw error;
  }
  throw new DomainError('ORDER_NOT_FOUND', { order_id: orderId });
}

async function sagaMoves(sagas: Client<typeof OrdersOperationsService>, orderId: string): Promise<StoryEntry[]> {
  const { sagas: listed } = await sagas.listSagas({ orderId });
  const whole = await Promise.all(listed.map(({ id }) => sagas.getSaga({ sagaId: id })));
  return whole.flatMap(({ saga }) => (saga ? sagaEntries(saga) : []));
}

const isMail = ({ type }: Event) => /^tradewind\.notifications\.events\.v1\.Notification(Sent|Failed)$/.test(type);

/** What the notification itself says more than its event is told if it can be had. */
async function mailOf(mails: Client<typeof NotificationsService>, event: Event): Promise<StoryEntry> {
  const { notification } = await mails
    .getDelivery({ notificationId: event.aggregateId })
    .catch(() => ({ notification: undefined }));
  return mailEntry(event, notification);
}

function byTime(one: StoryEntry, other: StoryEntry): number {
  return msOf(one) - msOf(other);
}

const msOf = ({ time }: StoryEntry) => (time ? timestampMs(time) : 0);

function whyOf(error: unknown): string {
  if (error instanceof DomainError) return error.reason;
  const reason = reasonOf(error)?.reason;
  return reason ?? (error instanceof Error ? error.message : String(error));
}
