import { create, type DescMethod } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code, createClient, type Transport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { pactBetween } from '#chassis/testing/pact/consumer.ts';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { NotificationSentSchema } from '#gen/tradewind/notifications/events/v1/notifications_events_pb.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { EventSchema } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { standIns, told } from '../testing/upstreams.ts';
import { orderStory } from './order-story.ts';

const orders = pactBetween('operations', 'orders', import.meta.url);
const notifications = pactBetween('operations', 'notifications', import.meta.url);
const { getOrder, getOrderHistory } = OrdersService.method;
const { listSagas, getSaga } = OrdersOperationsService.method;
const { getDelivery } = NotificationsService.method;
const role = 'OPERATOR';
const request = { orderId: ids.order };
const mail = create(EventSchema, {
  type: NotificationSentSchema.typeName,
  aggregateId: ids.notification,
  time: timestampFromDate(time),
  payloadJson: '{"kind":"ORDER_SHIPPED"}',
});

/** Tells the story of an order with one RPC going to `to` and all others to stand-ins. */
function tell(method: DescMethod, to: Transport, orderId: string = ids.order) {
  const rest = standIns();
  const transport: Transport = {
    unary: (called, ...asked) => (called.toString() === method.toString() ? to : rest).unary(called, ...asked),
    stream: rest.stream,
  };
  const story = orderStory({
    orders: createClient(OrdersService, transport),
    sagas: createClient(OrdersOperationsService, transport),
    mails: createClient(NotificationsService, transport),
    events: async () => ({ events: [mail], handlings: () => [], cut: false }),
    trace: () => [],
  });
  return story(orderId);
}

test('the story begins with the order', async () => {
  const example = { given: 'a confirmed order', role, request, answer: { order: told.order } };
  const story = await orders.call(getOrder, 'an order is told to an operator', example, (to) => tell(getOrder, to));
  expect(story).toMatchObject({ orderId: ids.order, state: 'CONFIRMED' });
});

test('there is no story of an order nobody knows', async () => {
  const metadata = { order_id: ids.unknown };
  const refusal = { code: Code.NotFound, reason: 'ORDER_NOT_FOUND', domain: 'orders.tradewind', metadata };
  const example = { given: 'no orders', role, request: { orderId: ids.unknown }, refusal };
  const refused = await orders.call(getOrder, 'an order nobody knows is refused', example, (to) =>
    tell(getOrder, to, ids.unknown).catch((error: unknown) => error),
  );
  expect(refused).toMatchObject({ reason: 'ORDER_NOT_FOUND', metadata });
});

test('each change of the order is part of it', async () => {
  const example = { given: 'a confirmed order', role, request, answer: { entries: told.entries } };
  const { entries } = await orders.call(getOrderHistory, 'each change is told with its state', example, (to) =>
    tell(getOrderHistory, to),
  );
  const value = expect.objectContaining({ version: 1n, state: 'PENDING', detailsJson: '{}' });
  expect(entries).toContainEqual(expect.objectContaining({ detail: { case: 'history', value } }));
});

test('its sagas are found by the order', async () => {
  const example = { given: 'a checkout that is done', role, request, answer: { sagas: [told.saga] } };
  const { entries } = await orders.call(listSagas, 'the sagas of an order are listed', example, (to) =>
    tell(listSagas, to),
  );
  expect(entries).toContainEqual(expect.objectContaining({ title: 'reserve stock done' }));
});

test('each move of a saga is part of it, and how the saga ended', async () => {
  const saga = { ...told.saga, moves: told.moves };
  const example = { given: 'a checkout that is done', role, request: { sagaId: ids.saga }, answer: { saga } };
  const { entries } = await orders.call(getSaga, 'a saga is told with its moves and its end', example, (to) =>
    tell(getSaga, to),
  );
  const titles = entries?.map(({ title }) => title);
  expect(titles).toEqual(expect.arrayContaining(['checkout began', 'reserve stock done', 'checkout completed']));
});

test('a mail is part of it with its subject', async () => {
  const { notification } = told;
  const example = {
    given: 'a notification of a shipped order',
    ...{ role, request: { notificationId: ids.notification }, answer: { notification } },
  };
  const { entries } = await notifications.call(getDelivery, 'a notification is told to an operator', example, (to) =>
    tell(getDelivery, to),
  );
  const value = expect.objectContaining({ kind: 'ORDER_SHIPPED', subject: notification.subject });
  expect(entries).toContainEqual(expect.objectContaining({ detail: { case: 'mail', value } }));
});

orders.settled();
notifications.settled();
