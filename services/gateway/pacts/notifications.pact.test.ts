import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { NotificationKind, NotificationState } from '#gen/tradewind/notifications/v1/notifications_pb.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const notifications = forwardLaws('notifications', import.meta.url);
const { listNotifications, updatePreferences, getDelivery } = NotificationsService.method;
const domain = 'notifications.tradewind';
const role = 'SHOPPER';
const given = 'a notification of a shipped order';

const notification = {
  id: ids.notification,
  userId: ids.user,
  orderId: ids.order,
  kind: NotificationKind.ORDER_SHIPPED,
  state: NotificationState.PENDING,
  subject: 'Your order is on its way',
  createTime: timestampFromDate(time),
};
const muting = (kind: NotificationKind) => ({ preferences: { mutedKinds: [kind] } });

notifications.answers(listNotifications, 'a user is told of their notifications', {
  given,
  role,
  request: {},
  answer: { notifications: [notification] },
});
notifications.answers(updatePreferences, 'a user mutes a kind', {
  given: 'no notifications',
  role,
  request: muting(NotificationKind.ORDER_SHIPPED),
  answer: muting(NotificationKind.ORDER_SHIPPED),
});
notifications.refuses(updatePreferences, 'a kind that is always sent is not muted', {
  given: 'no notifications',
  role,
  request: muting(NotificationKind.ORDER_CANCELLED),
  refusal: {
    ...{ code: Code.FailedPrecondition, reason: 'KIND_NOT_MUTABLE', domain },
    metadata: { kind: 'ORDER_CANCELLED' },
  },
});
notifications.answers(getDelivery, 'a notification is told with its state', {
  given,
  role,
  request: { notificationId: ids.notification },
  answer: { notification },
});
notifications.refuses(getDelivery, 'a notification nobody knows is refused', {
  given: 'no notifications',
  role,
  request: { notificationId: ids.unknown },
  refusal: { code: Code.NotFound, reason: 'NOTIFICATION_NOT_FOUND', domain },
});

notifications.settled();
