/** The services operations asks, as far as the story of one order needs them. */
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createRouterTransport, type Transport } from '@connectrpc/connect';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { NotificationKind, NotificationState } from '#gen/tradewind/notifications/v1/notifications_pb.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { OrderState, SagaState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';

const now = timestampFromDate(time);

/** What each of them tells. */
export const told = {
  order: { id: ids.order, userId: ids.user, state: OrderState.CONFIRMED, version: 3n, createTime: now },
  entries: [{ version: 1n, type: 'OrderPlaced', time: now, state: OrderState.PENDING, details: '{}' }],
  saga: {
    ...{ id: ids.saga, kind: 'checkout', orderId: ids.order, state: SagaState.COMPLETED },
    ...{ startTime: now, updateTime: now },
  },
  moves: [{ step: 'reserve stock', outcome: 'done', time: now }],
  notification: {
    ...{ id: ids.notification, userId: ids.user, orderId: ids.order },
    ...{ kind: NotificationKind.ORDER_SHIPPED, state: NotificationState.PENDING },
    ...{ subject: 'Your order is on its way', createTime: now },
  },
};

/** Knows one order, and nothing of any other. */
export function standIns(): Transport {
  return createRouterTransport(({ service }) => {
    service(OrdersService, {
      getOrder({ orderId }) {
        if (orderId !== ids.order) throw unknownOrder(orderId);
        return { order: told.order };
      },
      getOrderHistory: () => ({ entries: told.entries }),
    });
    service(OrdersOperationsService, {
      listSagas: () => ({ sagas: [told.saga] }),
      getSaga: () => ({ saga: { ...told.saga, moves: told.moves } }),
    });
    service(NotificationsService, { getDelivery: () => ({ notification: told.notification }) });
  });
}

function unknownOrder(orderId: string): ConnectError {
  const value = { reason: 'ORDER_NOT_FOUND', domain: 'orders.tradewind', metadata: { order_id: orderId } };
  return new ConnectError('there is no such order', Code.NotFound, undefined, [{ desc: ErrorInfoSchema, value }]);
}
