/** Builds the read model behind lists of orders, from events only: our own, and those that name customers and products. */
import { on, type Subscription } from '#chassis/events/subscription.ts';
import { ProductPublishedSchema } from '#gen/tradewind/catalog/events/v1/catalog_events_pb.ts';
import {
  UserErasedSchema,
  UserRegisteredSchema,
  UserUpdatedSchema,
} from '#gen/tradewind/identity/events/v1/identity_events_pb.ts';
import {
  OrderBackorderedSchema,
  OrderCancelledSchema,
  OrderConfirmedSchema,
  OrderDeliveredSchema,
  type OrderPlaced,
  OrderPlacedSchema,
  OrderShippedSchema,
} from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import type { OrderFact, OrderSummaryStore } from '../app/ports.ts';
import type { OrderState } from '../domain/order.ts';
import { toMoney } from '../values.ts';

type Store = Pick<OrderSummaryStore, 'noteOrder' | 'noteCustomer' | 'noteProduct'>;

/** Every handler may be given an event twice, late, or before those before it: versions decide. */
export function orderSummarySubscriptions(store: Store): Subscription[] {
  return [
    on(OrderPlacedSchema, (event, { time }) =>
      store.noteOrder({ ...fact(event, 'PENDING'), contents: contentsOf(event), placedAt: time }),
    ),
    on(OrderBackorderedSchema, (event) => store.noteOrder(fact(event, 'BACKORDERED'))),
    on(OrderConfirmedSchema, (event) => store.noteOrder({ ...fact(event, 'CONFIRMED'), contents: contentsOf(event) })),
    on(OrderShippedSchema, (event) => store.noteOrder(fact(event, 'SHIPPED'))),
    on(OrderDeliveredSchema, (event) => store.noteOrder(fact(event, 'DELIVERED'))),
    on(OrderCancelledSchema, (event) => store.noteOrder(fact(event, 'CANCELLED'))),
    on(UserRegisteredSchema, (event) => store.noteCustomer(event.userId, event.displayName, event.version)),
    on(UserUpdatedSchema, (event) => store.noteCustomer(event.userId, event.displayName, event.version)),
    on(UserErasedSchema, (event) => store.noteCustomer(event.userId, '', event.version)),
    on(ProductPublishedSchema, (event) => store.noteProduct(event.productId, event.title, event.version)),
  ];
}

function fact(event: { orderId: string; userId: string; version: bigint }, state: OrderState): OrderFact {
  const { orderId, userId, version } = event;
  return { orderId, userId, version, state };
}

function contentsOf(event: Pick<OrderPlaced, 'lines' | 'total'>): OrderFact['contents'] {
  return { productIds: event.lines.map((line) => line.productId), total: toMoney(event.total) };
}
