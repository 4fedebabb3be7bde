/** What orders' callers and readers take for given in their pacts. */
import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { ids } from '#chassis/testing/pact/examples.ts';
import type { PactProvider } from '#chassis/testing/pact/provider.ts';
import { UserRegisteredSchema } from '#gen/tradewind/identity/events/v1/identity_events_pb.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { type Order, OrderState, SagaState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import {
  ShipmentDeliveredSchema,
  ShipmentDispatchedSchema,
} from '#gen/tradewind/shipping/events/v1/shipping_events_pb.ts';
import { orders } from '../orders.ts';
import { address } from './samples.ts';
import { type Mood, standIns } from './upstreams.ts';

const kindly: Mood = { stockIsShort: false, addressIsRefused: false };
const mood: Mood = { ...kindly };
const upstream = 'stand-in:1';

export const ordersProvider: PactProvider = {
  definition: orders,
  environment: {
    NATS_URL: 'nats://127.0.0.1:1',
    ...{ UPSTREAM_CATALOG: upstream, UPSTREAM_INVENTORY: upstream },
    ...{ UPSTREAM_PAYMENTS: upstream, UPSTREAM_SHIPPING: upstream },
  },
  upstreams: () => standIns(mood),
  states({ client, built, db }) {
    const shop = () => client(OrdersService, { service: 'gateway', user: { id: ids.user } });
    const operator = () =>
      client(OrdersOperationsService, { service: 'gateway', user: { id: newId(), roles: ['OPERATOR'] } });
    const subscriptions = (built.consumers ?? []).flatMap(({ subjects }) => subjects);

    /** Lets orders read an event, as its consumers would. */
    async function hear<D extends DescMessage>(schema: D, event: MessageInitShape<D>) {
      const type = schema.typeName;
      const meta = { id: newId(), type, subject: newId(), time: new Date(), attempts: 1, correlationId: newId() };
      for (const reader of subscriptions.filter((each) => each.schema.typeName === type)) {
        await reader.handle(toBinary(schema, create(schema, event)), { ...meta, causationId: undefined });
      }
    }

    /** Lets the read model see what orders published so far. */
    async function summarize() {
      const rows = await db.sql<{ subject: string; payload: Uint8Array; headers: Record<string, string> }[]>`
        select subject, payload, headers from outbox order by seq`;
      for (const { subject, payload, headers } of rows) {
        const time = new Date(headers['ce-time'] ?? 0);
        const meta = { id: newId(), type: subject, subject, time, attempts: 1, correlationId: newId() };
        for (const reader of subscriptions.filter((each) => each.schema.typeName === subject)) {
          await reader.handle(payload, { ...meta, causationId: undefined });
        }
      }
    }

    /** An order once its checkout has come as far as `until` says. */
    async function ordered(until: (order: Order) => boolean, how: Partial<Mood> = {}) {
      Object.assign(mood, kindly, how);
      await hear(UserRegisteredSchema, { userId: ids.user, displayName: 'Ada', version: 1n });
      const ada = await shop();
      const { order } = await ada.placeOrder({
        requestId: ids.request,
        items: [{ productId: ids.product, quantity: 2n }],
        shippingAddress: address,
        paymentToken: 'tok_visa',
      });
      const orderId = order?.id ?? '';
      await eventually(async () => {
        const { order: now } = await ada.getOrder({ orderId });
        if (!now || !until(now)) throw new Error(`the order is in state ${now?.state} still`);
      });
      await summarize();
      return { order: orderId };
    }

    const confirmed = () => ordered(({ state, shipmentId }) => state === OrderState.CONFIRMED && shipmentId !== '');
    const shipped = async () => {
      const { order } = await confirmed();
      const shipmentId = newId();
      await hear(ShipmentDispatchedSchema, { orderId: order, shipmentId, trackingNumber: 'TW0000000001' });
      await summarize();
      return { order };
    };

    async function sagaOf(state: SagaState) {
      return eventually(async () => {
        const { sagas } = await (await operator()).listSagas({ state });
        const [saga] = sagas;
        if (!saga) throw new Error(`no saga is in state ${state} yet`);
        return saga.id;
      });
    }

    return {
      'no orders': async () => void Object.assign(mood, kindly),
      async 'a cart'() {
        await (await shop()).setCartItem({ productId: ids.product, quantity: 2n });
      },
      'a confirmed order': confirmed,
      'a shipped order': shipped,
      'a backordered order': () => ordered(({ state }) => state === OrderState.BACKORDERED, { stockIsShort: true }),
      async 'a delivered order'() {
        const { order } = await shipped();
        const shipmentId = newId();
        await hear(ShipmentDeliveredSchema, { orderId: order, shipmentId, trackingNumber: 'TW0000000001' });
        await summarize();
        return { order };
      },
      async 'a cancelled order'() {
        const { order } = await confirmed();
        const ada = await shop();
        await ada.cancelOrder({ orderId: order });
        await eventually(async () => {
          const { order: now } = await ada.getOrder({ orderId: order });
          if (now?.state !== OrderState.CANCELLED) throw new Error('the order is not cancelled yet');
        });
        await summarize();
        return { order };
      },
      async 'a checkout that is done'() {
        return { ...(await confirmed()), saga: await sagaOf(SagaState.COMPLETED) };
      },
      async 'a checkout that is parked'() {
        const known = await ordered(({ state }) => state === OrderState.CONFIRMED, { addressIsRefused: true });
        return { ...known, saga: await sagaOf(SagaState.PARKED) };
      },
    };
  },
};
